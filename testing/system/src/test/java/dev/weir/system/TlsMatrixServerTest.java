package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static dev.weir.testkit.EchoClient.DOWNLOAD;
import static dev.weir.testkit.EchoClient.UNARY;
import static dev.weir.testkit.EchoClient.UPLOAD;
import static dev.weir.testkit.EchoClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All four kinds of call through TLS and through clear text, on either side. */
class TlsMatrixServerTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  static Stream<Arguments> combinations() {
    Map<String, Consumer<EchoClient>> kinds =
        Map.of(
            "unary", TlsMatrixServerTest::unary,
            "upload", TlsMatrixServerTest::upload,
            "download", TlsMatrixServerTest::download,
            "chat", TlsMatrixServerTest::chat);
    return Stream.of(false, true)
        .flatMap(in ->
            Stream.of(false, true)
                .flatMap(out ->
                    kinds.entrySet().stream()
                        .map(kind -> Arguments.of(in, out, kind.getKey(), kind.getValue()))));
  }

  @ParameterizedTest(name = "TLS in {0}, TLS out {1}, {2}")
  @MethodSource("combinations")
  void callsOfEveryKindGoThrough(
      boolean tlsIn, boolean tlsOut, String kind, Consumer<EchoClient> calls) throws IOException {
    Authority authority = Authority.in(folder);
    try (EchoBackend backend = backend(authority, tlsOut);
        TestGateway gateway = gateway(authority, tlsIn, tlsOut, backend.port());
        EchoClient client = client(authority, tlsIn, gateway.port())) {
      calls.accept(client);

      assertThat(backend.calls()).as(kind).isNotEmpty();
    }
  }

  private static EchoBackend backend(Authority authority, boolean tls) {
    return tls
        ? EchoBackend.start(
            "one",
            0,
            builder ->
                builder.sslContext(Authority.build(Authority.server(authority.issue("127.0.0.1")))))
        : EchoBackend.start("one");
  }

  private static TestGateway gateway(
      Authority authority, boolean tlsIn, boolean tlsOut, int backend) {
    Map<String, Object> server =
        tlsIn
            ? Map.of(
                "use_ssl", true,
                "enable_http2", true,
                "ssl_certificates", List.of(authority.identityFile("gateway.pem", "localhost")))
            : Map.of();
    return TestGateway.configured(
        Map.of("http_server_options", server, "weir", Map.of("upstream_ca_file", authority.file())),
        Api.of("echo", (tlsOut ? "https" : "h2c") + "://127.0.0.1:" + backend));
  }

  private static EchoClient client(Authority authority, boolean tls, int port) throws IOException {
    return tls
        ? EchoClient.secure(port, "localhost", authority.certificate())
        : EchoClient.to(port);
  }

  private static void unary(EchoClient client) {
    for (int i = 0; i < 100; i++) {
      assertThat(client.unary("call " + i).reply().getPayload().toStringUtf8())
          .isEqualTo("call " + i);
    }
    EchoReply large = client.call(UNARY, request(8 * MIB)).reply();
    assertThat(large.getPayload().size()).isEqualTo(8 * MIB);
  }

  private static void upload(EchoClient client) {
    EchoReply reply = client.call(UPLOAD, request(27182), request(8), request(MIB)).reply();
    assertThat(reply.getMessages()).isEqualTo(3);
    assertThat(reply.getBytes()).isEqualTo(27190 + MIB);
  }

  private static void download(EchoClient client) {
    Outcome outcome =
        client.call(
            DOWNLOAD, EchoRequest.newBuilder().setReplies(1000).setReplyBytes(3000).build());
    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.replies()).hasSize(1000);
  }

  private static void chat(EchoClient client) {
    OpenCall call = client.open(CHAT);
    for (int turn = 1; turn <= 20; turn++) {
      EchoReply reply = call.send("turn " + turn).awaitReply();
      assertThat(reply.getPayload().toStringUtf8()).isEqualTo("turn " + turn);
    }
    assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
  }
}
