package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static dev.weir.testkit.EchoClient.DOWNLOAD;
import static dev.weir.testkit.EchoClient.UNARY;
import static dev.weir.testkit.EchoClient.UPLOAD;
import static dev.weir.testkit.EchoClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.netty.handler.ssl.SslContextBuilder;
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

/** All four kinds of call through clear text, TLS and mutual TLS, on either side. */
class TlsMatrixServerTest {
  private static final int MIB = 1 << 20;

  /** What a connection speaks. */
  enum Way {
    CLEAR_TEXT,
    TLS,
    MUTUAL_TLS
  }

  @TempDir Path folder;

  static Stream<Arguments> combinations() {
    Map<String, Consumer<EchoClient>> kinds =
        Map.of(
            "unary", TlsMatrixServerTest::unary,
            "upload", TlsMatrixServerTest::upload,
            "download", TlsMatrixServerTest::download,
            "chat", TlsMatrixServerTest::chat);
    return Stream.of(Way.values())
        .flatMap(in ->
            Stream.of(Way.values())
                .flatMap(out ->
                    kinds.entrySet().stream()
                        .map(kind -> Arguments.of(in, out, kind.getKey(), kind.getValue()))));
  }

  @ParameterizedTest(name = "{0} in, {1} out, {2}")
  @MethodSource("combinations")
  void callsOfEveryKindGoThrough(Way in, Way out, String kind, Consumer<EchoClient> calls)
      throws IOException {
    Authority authority = Authority.in(folder);
    ServerCertificate caller = authority.issue("caller");
    try (EchoBackend backend = backend(authority, out);
        TestGateway gateway = gateway(authority, in, api(authority, in, out, backend, caller));
        EchoClient client = client(authority, in, gateway.port(), caller)) {
      calls.accept(client);

      assertThat(backend.calls()).as(kind).isNotEmpty();
    }
  }

  private static EchoBackend backend(Authority authority, Way way) {
    ServerCertificate own = authority.issue("127.0.0.1");
    return switch (way) {
      case CLEAR_TEXT -> EchoBackend.start("one");
      case TLS -> backend(Authority.server(own));
      case MUTUAL_TLS -> backend(authority.demanding(own));
    };
  }

  private static EchoBackend backend(SslContextBuilder tls) {
    return EchoBackend.start("one", 0, builder -> builder.sslContext(Authority.build(tls)));
  }

  private static Api api(
      Authority authority, Way in, Way out, EchoBackend backend, ServerCertificate caller) {
    String scheme = out == Way.CLEAR_TEXT ? "h2c" : "https";
    Api api = Api.of("echo", scheme + "://127.0.0.1:" + backend.port());
    if (in == Way.MUTUAL_TLS) {
      String listed = authority.file("caller.pem", caller.leaf());
      api = api.with("use_mutual_tls_auth", true).with("client_certificates", List.of(listed));
    }
    return out == Way.MUTUAL_TLS
        ? api.with("upstream_certificates", Map.of("*", authority.identityFile("weir.pem", "weir")))
        : api;
  }

  private static TestGateway gateway(Authority authority, Way in, Api api) {
    Map<String, Object> server =
        in == Way.CLEAR_TEXT
            ? Map.of()
            : Map.of(
                "use_ssl", true,
                "enable_http2", true,
                "ssl_certificates", List.of(authority.identityFile("gateway.pem", "localhost")));
    return TestGateway.configured(
        Map.of("http_server_options", server, "weir", Map.of("upstream_ca_file", authority.file())),
        api);
  }

  private static EchoClient client(Authority authority, Way way, int port, ServerCertificate caller)
      throws IOException {
    return switch (way) {
      case CLEAR_TEXT -> EchoClient.to(port);
      case TLS -> EchoClient.secure(port, "localhost", authority.certificate());
      case MUTUAL_TLS ->
          EchoClient.mutual(
              port, "localhost", authority.certificate(), caller.chain(), caller.key());
    };
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
