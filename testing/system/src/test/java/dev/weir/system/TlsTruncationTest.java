package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.FaultProxy;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.RawTls;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections whose TCP ends where TLS has not (RFC 8446, 6.1): whoever is on the way could have
 * done it, so that nothing that was cut may pass for whole.
 */
class TlsTruncationTest {
  private static final int UNAVAILABLE = 14;

  @TempDir Path folder;

  @Test
  void aRequestThatWasCutIsNoWholeOne() {
    try (WireServer server = WireServer.listen();
        TestGateway gateway =
            TestGateway.configured(
                TlsFiles.mainPort(Map.of(), new TlsFiles(folder).issue("localhost")),
                Api.of("echo", server.target()))) {
      RawTls client = RawTls.connect(gateway.port());
      client.trySend(RawTls.DATA, beginning());
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      assertThat(upstream.expectData(stream).isLast()).isFalse();

      client.close();

      assertThat(upstream.expectFate(stream)).startsWith("reset ");
    }
  }

  /** The preface, and a request with one message of perhaps more. */
  private static byte[] beginning() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    bytes.writeBytes(Frame.settings().encoded());
    bytes.writeBytes(Frame.headers(1, Fields.grpcRequest(Scene.PATH)).encoded());
    bytes.writeBytes(Frame.message(1, "one").encoded());
    return bytes.toByteArray();
  }

  @Test
  void anAnswerThatWasCutIsNoWholeOne() {
    Authority authority = Authority.in(folder);
    try (EchoBackend backend =
            EchoBackend.start(
                "one",
                0,
                builder ->
                    builder.sslContext(
                        Authority.build(Authority.server(authority.issue("127.0.0.1")))));
        FaultProxy proxy = FaultProxy.to(backend.port());
        TestGateway gateway =
            TestGateway.configured(
                Map.of("weir", Map.of("upstream_ca_file", authority.file())),
                Api.of("echo", "https://127.0.0.1:" + proxy.port()));
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(CHAT).send("one");
      call.awaitReply();

      proxy.cut();

      assertThat(call.awaitEnd().code()).isEqualTo(UNAVAILABLE);
    }
  }
}
