package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.engine.EndedCall;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.model.AccessLogField;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLineTest {
  private static final long BEGUN =
      Instant.parse("2026-01-02T03:04:05Z").getEpochSecond() * 1_000_000_000 + 678_901_234;

  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 5);

  private static EndedCall call(@Nullable HeaderField credential, byte[] path) {
    InetAddress address = InetAddress.ofLiteral("192.0.2.1");
    var head =
        new EndedCall.Head(
            false,
            new InetSocketAddress(address, 5),
            "api",
            address,
            HeaderField.of(":method", "GET"),
            HeaderField.of(HeaderName.PATH, path),
            HeaderField.of(":authority", "host"),
            null,
            HeaderField.of(
                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    return new EndedCall(
        head,
        credential,
        0,
        2_345_678,
        GrpcStatus.UNAVAILABLE,
        503,
        ProxyError.Kind.NO_ENDPOINT,
        "[::1]:1",
        2,
        3,
        4);
  }

  private static String line(EndedCall call, AccessLogField... fields) {
    LogText text = new LogText();
    new AccessLine(List.of(fields)).append(text, call, BEGUN);
    return text.toString();
  }

  @Test
  void aLineHasItsFieldsInOrder() {
    assertThat(line(call(null, new byte[] {'/'}), AccessLogField.values()))
        .isEqualTo(
            "{\"ts\":\"2026-01-02T03:04:05.678901Z\",\"api_id\":\"api\","
                + "\"client_ip\":\"192.0.2.1\",\"remote_addr\":\"192.0.2.1:5\","
                + "\"host\":\"host\",\"method\":\"GET\",\"path\":\"/\",\"status\":503,"
                + "\"error\":\"NO_ENDPOINT\",\"duration_us\":2345,\"latency_total\":2,"
                + "\"upstream_addr\":\"[::1]:1\",\"attempts\":2,\"bytes_in\":3,\"bytes_out\":4,"
                + "\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0123456789abcdef, ****cdef",
    "Bearer 0123456789abcdef, ****cdef",
    "0123456789abc\\def, ****\\\\def",
    "Basic dXNlcjpwYXNzd29yZA==, ****",
    "short, ****"
  })
  void keysAreObfuscated(String credential, String told) {
    HeaderField field = HeaderField.of("authorization", credential);

    assertThat(line(call(field, new byte[0]), AccessLogField.API_KEY))
        .endsWith("\"api_key\":\"" + told + "\"}\n");
  }

  /** They are equal, though they are not the same. */
  @Test
  void addressesOfTwoNetworksAreToldApart() throws Exception {
    byte[] local = InetAddress.ofLiteral("fe80::1").getAddress();
    var line = new AccessLine(List.of(AccessLogField.CLIENT_IP, AccessLogField.REMOTE_ADDR));
    for (int network = 1; network < 3; network++) {
      InetAddress address = Inet6Address.getByAddress(null, local, network);
      var head =
          new EndedCall.Head(
              true, new InetSocketAddress(address, 5), null, address, null, null, null, null, null);
      LogText text = new LogText();
      line.append(
          text, new EndedCall(head, null, 0, 0, GrpcStatus.OK, 0, null, null, 1, 0, 0), BEGUN);
      assertThat(text.toString())
          .contains("\"client_ip\":\"fe80:0:0:0:0:0:0:1%" + network + "\"")
          .contains("\"remote_addr\":\"fe80:0:0:0:0:0:0:1%" + network + ":5\"");
    }
  }

  /** Quotes, ends of lines, what terminals obey, what is no UTF-8, and what is. */
  @Test
  void whatCallersSendCannotEndALine() {
    byte[] path = {
      '/', '"', '\\', '\n', '\r', 0, 0x1b, 0x7f, (byte) 0xff, (byte) 0xc3, (byte) 0xa9
    };

    assertThat(line(call(null, path), AccessLogField.PATH))
        .endsWith("\"path\":\"/\\\"\\\\\\u000a\\u000d\\u0000\\u001b\\u007f\\ufffd\\u00e9\"}\n")
        .matches("[ -~]*\n");
  }

  /** Calls of one connection: the same objects as in the call before, but for one. */
  @Test
  void whatIsNotAsInTheLineBeforeIsToldAnew() {
    var line = new AccessLine(List.of(AccessLogField.values()));
    String[] words = {"192.0.2.1", "a-method", "/a", "a-host", "an-agent", "an-api"};
    String[] others = {"192.0.2.2", "b-method", "/b", "b-host", "b-agent", "b-api"};
    HeaderField[] fields =
        Stream.of(words).map(word -> HeaderField.of("x", word)).toArray(HeaderField[]::new);
    InetAddress client = InetAddress.ofLiteral(words[0]);
    for (int changed = -1; changed < words.length; changed++) {
      if (changed >= 0) {
        words[changed] = others[changed];
        fields[changed] = HeaderField.of("x", others[changed]);
        client = changed == 0 ? InetAddress.ofLiteral(words[0]) : client;
      }
      for (int again = 0; again < 2; again++) {
        var head =
            new EndedCall.Head(
                true, PEER, words[5], client, fields[1], fields[2], fields[3], fields[4], null);
        LogText text = new LogText();
        line.append(
            text, new EndedCall(head, null, 0, 0, GrpcStatus.OK, 0, null, null, 1, 0, 0), BEGUN);
        assertThat(text.toString()).contains(words);
      }
    }
  }

  @Test
  void connectionsAreToldApart() {
    var line = new AccessLine(List.of(AccessLogField.REMOTE_ADDR, AccessLogField.METHOD));
    InetAddress address = InetAddress.ofLiteral("192.0.2.1");
    HeaderField method = HeaderField.of(":method", "GET");
    for (int i = 0; i < 1_000; i++) {
      var peer = new InetSocketAddress(address, 1 + i % 300);
      var head = new EndedCall.Head(true, peer, null, address, method, null, null, null, null);
      LogText text = new LogText();
      line.append(
          text, new EndedCall(head, null, 0, 0, GrpcStatus.OK, 0, null, null, 1, 0, 0), BEGUN);
      assertThat(text.toString())
          .endsWith("\"remote_addr\":\"192.0.2.1:" + peer.getPort() + "\",\"method\":\"GET\"}\n");
    }
  }
}
