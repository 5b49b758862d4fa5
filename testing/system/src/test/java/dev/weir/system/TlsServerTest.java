package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come by TLS. */
class TlsServerTest {
  private static final String HELLO = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  @TempDir static Path folder;

  private static EchoBackend backend;
  private static TlsFiles files;
  private static TestGateway gateway;

  @BeforeAll
  static void begin() {
    backend = EchoBackend.start("one");
    files = new TlsFiles(folder);
    gateway =
        TestGateway.configured(
            TlsFiles.mainPort(
                Map.of(),
                files.issue("a.example", "localhost"),
                files.issue("*.b.example"),
                files.issue("c.b.example")),
            Api.of("echo", backend.target()));
  }

  @AfterAll
  static void end() {
    gateway.close();
    backend.close();
  }

  @Test
  void callsArriveThroughTls() throws IOException {
    try (EchoClient client = EchoClient.secure(gateway.port(), "localhost", files.authority())) {
      assertThat(client.unary("hello").status().isOk()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void http2SpeaksEachVersion(String version) {
    try (WirePeer client = client().speaking(version).greet(gateway.port())) {
      client.sendRequest(1, "/weir.testkit.Echo/Unary");

      assertThat(client.expectResponse(1).get("grpc-status")).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, a.example",
    "A.EXAMPLE, a.example",
    "localhost, a.example",
    "x.b.example, *.b.example",
    "C.b.example, c.b.example",
    "x.c.b.example, a.example",
    "b.example, a.example",
    "unknown, a.example",
    ", a.example"
  })
  void f6TheServerNameChoosesTheCertificate(String host, String certificate) throws IOException {
    TlsClient client = host == null ? client() : client().to(host);
    try (SSLSocket socket = client.connect(gateway.port())) {
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];

      assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=" + certificate);
    }
  }

  @Test
  void anApiThatIsRefusedForItsPathLeavesNoCertificate() throws IOException {
    int port = Ports.free();
    Api first = Api.of("first", backend.target()).on(port).with("protocol", "https");
    Api second = Api.of("second", backend.target()).on(port).with("protocol", "https");
    try (var both =
        TestGateway.serving(
            first.with("certificates", List.of(files.issue("first.example"))),
            second.with("certificates", List.of(files.issue("second.example"))))) {
      assertThat(both.apis().get(1)).isInstanceOf(ApiStatus.Refused.class);
      try (SSLSocket socket = client().to("second.example").offering("http/1.1").connect(port)) {
        var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=first.example");
      }
    }
  }

  @Test
  void f13WhoeverOffersHttp2GetsIt() throws IOException {
    try (SSLSocket socket = client().offering("http/1.1", "h2").connect(gateway.port())) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    }
  }

  @Test
  void f13WhoeverOffersHttp1GetsIt() throws IOException {
    assertThat(answer(client().offering("http/1.1"), HELLO)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void f13WhoeverOffersNothingGetsHttp1() throws IOException {
    assertThat(answer(client().offering(), HELLO)).startsWith("HTTP/1.1 200 ");
    assertThat(answer(client().offering(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        .startsWith("HTTP/1.1 ")
        .doesNotContain(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "grpc-exp", "http/1.0"})
  void f13WhoeverOffersNeitherIsToldSo(String protocol) {
    assertThatThrownBy(() -> client().offering(protocol).connect(gateway.port()))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("no_application_protocol");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
      })
  void clearTextIsToldWhatThePortSpeaks(String bytes) {
    try (var client = WirePeer.connect(gateway.port())) {
      client.send(bytes);

      assertThat(client.expectTextUntilClose())
          .startsWith("HTTP/1.1 400 ")
          .endsWith("this port speaks TLS\n");
    }
  }

  @Test
  void portsOfBothKindsServeSideBySide() throws IOException {
    int port = Ports.free();
    Api secure =
        Api.of("secure", backend.target())
            .on(port)
            .with("protocol", "https")
            .with("certificates", List.of(files.issue("own.example")));
    try (TestGateway mixed =
            TestGateway.configured(
                Map.of("http_server_options", Map.of("enable_http2", true)),
                Api.of("clear", backend.target()),
                secure);
        EchoClient clear = EchoClient.to(mixed.port());
        EchoClient tls = EchoClient.secure(port, "own.example", files.authority())) {
      assertThat(clear.unary("hi").status().isOk()).isTrue();
      assertThat(tls.unary("hi").status().isOk()).isTrue();
    }
  }

  @Test
  void anApiMayUseTheCertificateOfOneThatComesAfterIt() throws IOException {
    int port = Ports.free();
    Api first = Api.of("a", backend.target()).on(port).at("/a").with("protocol", "https");
    Api second =
        Api.of("b", backend.target())
            .on(port)
            .with("protocol", "https")
            .with("certificates", List.of(files.issue("ab.example")));
    try (TestGateway both = TestGateway.configured(Map.of(), first, second)) {
      assertThat(both.apis()).hasOnlyElementsOfType(ApiStatus.Serving.class);
    }
    try (TestGateway alone = TestGateway.configured(Map.of(), first)) {
      assertThat(alone.apis().toString()).contains("https needs a certificate");
    }
  }

  @Test
  void withoutHttp2ThereIsHttp1Only() throws IOException {
    Map<String, Object> old = Map.of("enable_http2", false);
    try (TestGateway without =
        TestGateway.configured(
            TlsFiles.mainPort(old, files.issue("old.example")), Api.of("echo", backend.target()))) {
      try (SSLSocket socket = client().offering("h2", "http/1.1").connect(without.port())) {
        assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      }
      assertThatThrownBy(() -> client().offering("h2").connect(without.port()))
          .hasMessageContaining("no_application_protocol");
    }
  }

  private static TlsClient client() {
    return TlsClient.trusting(files.authority());
  }

  private static String answer(TlsClient client, String request) throws IOException {
    try (SSLSocket socket = client.connect(gateway.port())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
