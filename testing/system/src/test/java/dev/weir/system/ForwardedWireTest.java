package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers hear of who called, from clients and from proxies that are trusted. */
class ForwardedWireTest {

  private static final String PROXY = "127.0.0.2";
  private static final Fields CALL = Fields.grpcRequest(Scene.PATH);

  private final HeadRecorder server = HeadRecorder.listen();

  @AfterEach
  void stop() {
    server.close();
  }

  private TestGateway gateway(Map<String, Object> weir) {
    return TestGateway.configured(
        Map.of("listen_address", "", "weir", weir), Api.of("recorded", server.target()));
  }

  private TestGateway trusting(String... ranges) {
    return gateway(Map.of("trusted_proxies", List.of(ranges)));
  }

  /** The head that the server gets of this one. */
  private Fields forwarded(TestGateway gateway, String from, Fields request) {
    try (WirePeer client = WirePeer.clientFrom(from, gateway.port())) {
      client.send(Frame.headers(1, request).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      return server.awaitHead();
    }
  }

  @Test
  void e13AnAddressIsAddedBehindThoseThatATrustedProxyNames() {
    try (var gateway = trusting(PROXY)) {
      Fields head =
          forwarded(
              gateway,
              PROXY,
              CALL.with("x-forwarded-for", "192.0.2.1, 192.0.2.2")
                  .with("x-forwarded-proto", "https")
                  .with("x-real-ip", "192.0.2.1")
                  .with("forwarded", "for=192.0.2.1")
                  .with("x-forwarded-client-cert", "Hash=ab"));

      assertThat(head.all("x-forwarded-for")).containsExactly("192.0.2.1, 192.0.2.2, " + PROXY);
      assertThat(head.all("x-forwarded-proto")).containsExactly("https");
      assertThat(head.all("x-real-ip")).containsExactly("192.0.2.1");
      assertThat(head.all("forwarded")).containsExactly("for=192.0.2.1");
      assertThat(head.all("x-forwarded-client-cert")).containsExactly("Hash=ab");
    }
  }

  @Test
  void e13OthersOnTheSameGatewayAreNotTrusted() {
    try (var gateway = trusting(PROXY, "10.0.0.0/8", "fd00::/8")) {
      Fields head =
          forwarded(
              gateway,
              "127.0.0.1",
              CALL.with("x-forwarded-for", "192.0.2.1").with("x-real-ip", "192.0.2.1"));

      assertThat(head.all("x-forwarded-for")).containsExactly("127.0.0.1");
      assertThat(head.has("x-real-ip")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.0/8", "127.0.0.0/30", "0.0.0.0/0"})
  void e13AllOfARangeAreTrusted(String range) {
    try (var gateway = trusting(range)) {
      for (String proxy : List.of("127.0.0.1", PROXY)) {
        Fields head = forwarded(gateway, proxy, CALL.with("x-forwarded-for", "192.0.2.1"));

        assertThat(head.all("x-forwarded-for")).containsExactly("192.0.2.1, " + proxy);
      }
    }
  }

  @Test
  void e13AddressesOfIpv6AreTrustedByTheirBitsToo() {
    assumeTrue(hasIpv6(), "the loopback interface has an IPv6 address");
    Fields request = CALL.with("x-forwarded-for", "2001:db8::1");
    try (var trusting = trusting("::1");
        var others = trusting("::2/127", "0.0.0.0/0")) {
      assertThat(forwarded(trusting, "::1", request).all("x-forwarded-for"))
          .containsExactly("2001:db8::1, ::1");
      assertThat(forwarded(others, "::1", request).all("x-forwarded-for")).containsExactly("::1");
    }
  }

  private static boolean hasIpv6() {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void e13SeveralFieldsOfATrustedProxyBecomeOne() {
    try (var gateway = trusting(PROXY)) {
      Fields head =
          forwarded(
              gateway,
              PROXY,
              CALL.with("x-forwarded-for", "192.0.2.1")
                  .with("a", "b")
                  .with("x-forwarded-for", "192.0.2.2"));

      assertThat(head.all("x-forwarded-for")).containsExactly("192.0.2.1, 192.0.2.2, " + PROXY);
    }
  }

  /** A proxy that lets its client's alias pass has not stripped it: it is the client's. */
  @Test
  void e12AliasesAreStrippedFromTrustedProxiesToo() {
    try (var gateway = trusting(PROXY)) {
      Fields head =
          forwarded(
              gateway,
              PROXY,
              CALL.with("x-forwarded-for", "192.0.2.1")
                  .with("x_forwarded_for", "6.6.6.6")
                  .with("x-forwarded_for", "6.6.6.6")
                  .with("x_real_ip", "6.6.6.6")
                  .with("x_other", "passes"));

      assertThat(head.all("x-forwarded-for")).containsExactly("192.0.2.1, " + PROXY);
      assertThat(head.names()).doesNotContain("x_forwarded_for", "x-forwarded_for", "x_real_ip");
      assertThat(head.get("x_other")).isEqualTo("passes");
    }
  }

  @Test
  void e13ATrustedProxyMaySpeakHttp1() {
    try (var gateway = trusting(PROXY)) {
      String request =
          http1(
              "Connection: close, X-Forwarded-For",
              "X-Real-IP: 192.0.2.1",
              "X_Real_IP: 6.6.6.6",
              "Forwarded: for=192.0.2.1");
      try (WirePeer client = WirePeer.connectFrom(PROXY, gateway.port())) {
        assertThat(client.send(request).expectTextUntilClose()).startsWith("HTTP/1.1 200");
      }

      Fields head = server.awaitHead();
      assertThat(head.all("x-forwarded-for")).containsExactly(PROXY);
      assertThat(head.all("x-real-ip")).containsExactly("192.0.2.1");
      assertThat(head.has("x_real_ip")).isFalse();
      assertThat(head.all("forwarded")).containsExactly("for=192.0.2.1");
    }
  }

  private static String http1(String... fields) {
    return "GET /page HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
  }

  @Test
  void e13WithoutAppendingNothingIsAdded() {
    try (var gateway =
        gateway(Map.of("append_forwarded_for", false, "trusted_proxies", List.of(PROXY)))) {
      Fields request = CALL.with("x-forwarded-for", "192.0.2.1");

      assertThat(forwarded(gateway, "127.0.0.1", request).has("x-forwarded-for")).isFalse();
      assertThat(forwarded(gateway, PROXY, request).all("x-forwarded-for"))
          .containsExactly("192.0.2.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-gateway-user", "x_gateway-user", "x-gateway_user", "x_gateway_user"})
  void e12NamesOfOnesOwnAreStrippedInEverySpelling(String name) {
    try (var gateway =
        gateway(
            Map.of(
                "strip_headers",
                List.of("X-Gateway-User", "x_tenant"),
                "trusted_proxies",
                List.of(PROXY)))) {
      Fields request = CALL.with(name, "admin").with("x-tenant", "a").with("x-user", "b");

      Fields clients = forwarded(gateway, "127.0.0.1", request);
      assertThat(clients.names()).doesNotContain(name, "x-tenant");
      assertThat(clients.get("x-user")).isEqualTo("b");
      Fields proxys = forwarded(gateway, PROXY, request);
      assertThat(proxys.has(name)).isEqualTo(name.equals("x-gateway-user"));
      assertThat(proxys.get("x-tenant")).isEqualTo("a");
    }
  }

  @Test
  void e12NamesOfOnesOwnAreRefusedInTrailers() {
    try (var gateway = gateway(Map.of("strip_headers", List.of("x-gateway-user")));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(1, CALL),
          Frame.message(1, "hi"),
          Frame.headers(1, Fields.of("x-gateway_user", "admin")).last());

      assertThat(client.expectResponse(1).get("grpc-message"))
          .startsWith("x-gateway_user says who calls");
    }
  }

  @Test
  void e12OverHttp1TooNamesOfOnesOwnAreStripped() {
    try (var gateway = gateway(Map.of("strip_headers", List.of("x-gateway-user")));
        WirePeer client = WirePeer.connect(gateway.port())) {
      String request = http1("Connection: close", "X-Gateway_User: admin", "X-User: b");
      assertThat(client.send(request).expectTextUntilClose()).startsWith("HTTP/1.1 200");

      Fields head = server.awaitHead();
      assertThat(head.names()).doesNotContain("x-gateway_user");
      assertThat(head.get("x-user")).isEqualTo("b");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x_forwarded_for", "grant_id", "_", "x-gateway_user", "a_"})
  void e12NamesWithUnderscoresAreRefusedWhereAskedFor(String name) {
    try (var gateway = gateway(Map.of("refuse_underscores", true));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, CALL.with(name, "x")).last());
      Fields answer = client.expectHeaders(1).fields();
      client.send(
          Frame.headers(3, CALL),
          Frame.message(3, "hi"),
          Frame.headers(3, Fields.of(name, "x")).last());

      assertThat(answer.get("grpc-status")).isEqualTo("13");
      assertThat(answer.get("grpc-message"))
          .isEqualTo("names of fields may not have a _ here: " + name + " has one");
      assertThat(client.expectFate(3)).isEqualTo("grpc 13");
      try (WirePeer old = WirePeer.connect(gateway.port())) {
        assertThat(old.send(http1("Connection: close", name + ": x")).expectTextUntilClose())
            .startsWith("HTTP/1.1 400");
      }
      server.takeHeads().forEach(head -> assertThat(head.names()).doesNotContain(name));
    }
  }

  @Test
  void e12OtherNamesPassWhereUnderscoresAreRefused() {
    try (var gateway = gateway(Map.of("refuse_underscores", true))) {
      Fields head = forwarded(gateway, "127.0.0.1", CALL.with("grant-id", "a_b"));

      assertThat(head.get("grant-id")).isEqualTo("a_b");
    }
  }

  /** A client that comes again costs the connection to the server an index of one byte. */
  @Test
  void anAddressThatComesAgainIsOneByteOnTheWire() {
    assertThat(lastBlock(true) - lastBlock(false)).isEqualTo(1);
  }

  /** The size of the header block that the third of the same calls takes. */
  private static int lastBlock(boolean append) {
    try (WireServer scripted = WireServer.listen();
        var gateway =
            TestGateway.configured(
                Map.of("weir", Map.of("event_loops", 1, "append_forwarded_for", append)),
                Api.of("scripted", scripted.target()));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, CALL).last());
      WirePeer peer = scripted.accept();
      for (int stream = 1; stream <= 3; stream += 2) {
        Head head = peer.expectHeaders();
        peer.sendResponse(head.stream());
        client.expectResponse(stream);
        client.send(Frame.headers(stream + 2, CALL).last());
      }
      Frame third = peer.next();
      while (!third.is(Frame.HEADERS)) {
        third = peer.next();
      }
      return third.payload().length;
    }
  }
}
