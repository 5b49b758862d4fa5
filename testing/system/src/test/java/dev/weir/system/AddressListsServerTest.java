package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Fields.Field;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** APIs that may be called from some addresses, and not from others. */
class AddressListsServerTest {
  private static final String PROXY = "127.0.0.2";
  private static final Fields CALL = Fields.grpcRequest(Scene.PATH);
  private static final String OK = "grpc 0";
  private static final String REFUSED = "grpc 7";

  private final HeadRecorder server = HeadRecorder.listen();
  private final Api api = Api.of("listed", server.target());

  @AfterEach
  void stop() {
    server.close();
  }

  private static TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Map.of("listen_address", "", "weir", Map.of("trusted_proxies", List.of("127.0.0.2/31"))),
        apis);
  }

  private Api allowing(String... ranges) {
    return api.with("enable_ip_whitelisting", true).with("allowed_ips", List.of(ranges));
  }

  private Api blocking(String... ranges) {
    return api.with("enable_ip_blacklisting", true).with("blacklisted_ips", List.of(ranges));
  }

  private static String fate(TestGateway gateway, String from, Fields request) {
    try (WirePeer client = WirePeer.clientFrom(from, gateway.port())) {
      client.send(Frame.headers(1, request).last());
      return client.expectFate(1);
    }
  }

  @Test
  void onlyWhoIsListedMayCall() {
    try (var gateway = gateway(allowing("127.0.0.4", "10.0.0.0/8", "2001:db8::/32"))) {
      assertThat(fate(gateway, "127.0.0.4", CALL)).isEqualTo(OK);
      assertThat(fate(gateway, "127.0.0.5", CALL)).isEqualTo(REFUSED);
    }
    assertThat(server.takeHeads()).hasSize(1);
  }

  @Test
  void whoIsBlockedMayNotCallEvenIfAllowed() {
    Api both = blocking("127.0.0.5").with("allowed_ips", List.of("127.0.0.0/29"));
    try (var gateway = gateway(both)) {
      assertThat(fate(gateway, "127.0.0.4", CALL)).isEqualTo(OK);
      assertThat(fate(gateway, "127.0.0.5", CALL)).isEqualTo(REFUSED);
      assertThat(fate(gateway, "127.0.0.9", CALL)).isEqualTo(REFUSED);
    }
    assertThat(server.takeHeads()).hasSize(1);
  }

  @Test
  void theRefusalSaysWhoAndWhich() {
    try (var gateway = gateway(allowing("10.0.0.0/8"));
        WirePeer client = WirePeer.clientFrom("127.0.0.4", gateway.port())) {
      client.send(Frame.headers(1, CALL).last());
      Fields answer = client.expectHeaders(1).fields();
      assertThat(answer.get("grpc-message"))
          .isEqualTo("API listed: may not be called from 127.0.0.4");
    }
  }

  @Test
  void othersThanGrpcGetTheWordsOfTyk() {
    try (var gateway = gateway(allowing("10.0.0.0/8"));
        WirePeer client = WirePeer.clientFrom("127.0.0.4", gateway.port())) {
      client.send(Frame.headers(1, http(CALL)).last());
      assertThat(client.expectHeaders(1).fields().get(":status")).isEqualTo("403");
    }
    assertThat(server.takeHeads()).isEmpty();
  }

  private static Fields http(Fields request) {
    return new Fields(
        request.without("content-type").without("te").list().stream()
            .map(field -> field.name().equals(":method") ? new Field(":method", "GET") : field)
            .toList());
  }

  /** E13: only a proxy that is trusted may say for whom it calls. */
  @Test
  void e13WhatAStrangerSaysOfTheAddressCountsForNothing() {
    try (var gateway = gateway(allowing("192.0.2.1"))) {
      for (String name : List.of("x-forwarded-for", "x-real-ip", "x_forwarded_for", "forwarded")) {
        assertThat(fate(gateway, "127.0.0.5", CALL.with(name, "192.0.2.1"))).isEqualTo(REFUSED);
      }
      assertThat(fate(gateway, PROXY, CALL.with("x-real-ip", "192.0.2.1"))).isEqualTo(REFUSED);
      assertThat(fate(gateway, PROXY, CALL.with("x_forwarded_for", "192.0.2.1")))
          .isEqualTo(REFUSED);
    }
    assertThat(server.takeHeads()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1                       | grpc 0",
        "6.6.6.6, 192.0.2.1              | grpc 0",
        "192.0.2.1, 127.0.0.3            | grpc 0",
        "192.0.2.1:4711, 127.0.0.3:80    | grpc 0",
        "::ffff:192.0.2.1                | grpc 0",
        "[2001:db8::1]:80                | grpc 0",
        "2001:db8::1                     | grpc 0",
        "192.0.2.1, 6.6.6.6              | grpc 7",
        "192.0.2.1, 6.6.6.6, 127.0.0.3   | grpc 7",
        "192.0.2.1, unknown              | grpc 7",
        "192.0.2.1,                      | grpc 7",
        "192.0.2.1, localhost            | grpc 7",
        "127.0.0.3                       | grpc 7"
      })
  void e13TheLastOneThatNoTrustedProxyHasCounts(String forwardedFor, String fate) {
    try (var gateway = gateway(allowing("192.0.2.1", "2001:db8::/32"))) {
      assertThat(fate(gateway, PROXY, CALL.with("x-forwarded-for", forwardedFor))).isEqualTo(fate);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.2 | 192.0.2.1, 6.6.6.6          | grpc 0",
        "127.0.0.2 | 192.0.2.1, 7.7.7.7, 6.6.6.6 | grpc 7",
        "127.0.0.2 | 192.0.2.1                   | grpc 7",
        "127.0.0.5 | 192.0.2.1, 6.6.6.6          | grpc 7"
      })
  void e13ADepthCountsForTrustedProxiesOnly(String from, String forwardedFor, String fate) {
    var settings =
        Map.of(
            "listen_address",
            "",
            "http_server_options",
            Map.of("enable_http2", true, "xff_depth", 2),
            "weir",
            Map.of("trusted_proxies", List.of("127.0.0.2/31")));
    try (var gateway = TestGateway.configured(settings, allowing("192.0.2.1"))) {
      assertThat(fate(gateway, from, CALL.with("x-forwarded-for", forwardedFor))).isEqualTo(fate);
    }
  }

  @Test
  void e11OfSeveralFieldsTheLastCounts() {
    try (var gateway = gateway(allowing("192.0.2.1"))) {
      Fields two = CALL.with("x-forwarded-for", "192.0.2.1").with("x-forwarded-for", "6.6.6.6");
      assertThat(fate(gateway, PROXY, two)).isEqualTo(REFUSED);
    }
  }

  /** Calls of many clients come on one connection of a proxy. */
  @Test
  void theCallsOfAProxyAreDecidedOnOneByOne() {
    try (var gateway = gateway(blocking("192.0.2.1"));
        WirePeer client = WirePeer.clientFrom(PROXY, gateway.port())) {
      int stream = 1;
      for (String address : List.of("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2")) {
        client.send(Frame.headers(stream, CALL.with("x-forwarded-for", address)).last());
        assertThat(client.expectFate(stream)).isEqualTo(address.equals("192.0.2.1") ? REFUSED : OK);
        stream += 2;
      }
      client.send(Frame.headers(stream, CALL).last());
      assertThat(client.expectFate(stream)).isEqualTo(OK);
      client.send(Frame.headers(stream + 2, CALL.with("x-forwarded-for", "nonsense")).last());
      assertThat(client.expectFate(stream + 2)).isEqualTo(REFUSED);
    }
  }

  @Test
  void twoApisOnOneConnectionHaveTheirOwnLists() {
    Api open = Api.of("open", server.target()).at("/open.Service/");
    try (var gateway = gateway(blocking("127.0.0.4"), open);
        WirePeer client = WirePeer.clientFrom("127.0.0.4", gateway.port())) {
      for (int stream = 1; stream < 8; stream += 4) {
        client.send(Frame.headers(stream, CALL).last());
        assertThat(client.expectFate(stream)).isEqualTo(REFUSED);
        client.send(Frame.headers(stream + 2, Fields.grpcRequest("/open.Service/Say")).last());
        assertThat(client.expectFate(stream + 2)).isEqualTo(OK);
      }
    }
  }

  @Test
  void aReloadChangesWhoMayCallOnOpenConnections() {
    try (var gateway = gateway(allowing("127.0.0.4"));
        WirePeer client = WirePeer.clientFrom("127.0.0.4", gateway.port())) {
      client.send(Frame.headers(1, CALL).last());
      assertThat(client.expectFate(1)).isEqualTo(OK);

      gateway.write(allowing("127.0.0.5"));
      assertThat(gateway.reload().isWhole()).isTrue();
      client.send(Frame.headers(3, CALL).last());
      assertThat(client.expectFate(3)).isEqualTo(REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.1.2.3/8", "localhost", "010.0.0.1", "10.0.0", ""})
  void aBadEntryIsAnErrorAtItsPlace(String entry) {
    try (var gateway = gateway(allowing("10.0.0.1"))) {
      gateway.write(
          "listed.json",
          """
          {"api_id": "listed", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "blacklisted_ips": ["10.0.0.1",
             "%s"]}
          """
              .formatted(server.target(), entry));
      assertThat(gateway.reload().problems().toString())
          .contains("listed.json:4:4: error: blacklisted_ips: ");
      assertThat(fate(gateway, "127.0.0.4", CALL)).isEqualTo(REFUSED);
    }
  }

  @Test
  void aListThatIsOnAndEmptyLetsNobodyIn() {
    try (var gateway = gateway(allowing())) {
      assertThat(gateway.apis()).allMatch(status -> status instanceof ApiStatus.Serving);
      assertThat(fate(gateway, "127.0.0.4", CALL)).isEqualTo(REFUSED);
    }
  }
}
