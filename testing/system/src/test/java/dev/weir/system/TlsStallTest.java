package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.ClientHello;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once whose handshakes come to no end (row F3). */
class TlsStallTest {
  private static final int STALLS = 2000;
  private static final int WARM_UP = 100;
  private static final long ALLOWED = 64L << 20;

  @TempDir Path folder;

  private final EchoBackend backend = EchoBackend.start("one");
  private final int port = Ports.free();
  private TlsFiles files;
  private WeirProcess weir;
  private Vitals vitals;

  @BeforeEach
  void begin() {
    files = new TlsFiles(folder);
    Api secure =
        Api.of("secure", backend.target())
            .on(port)
            .with("protocol", "https")
            .with("certificates", List.of(files.issue("localhost")));
    int probe = Ports.free();
    weir =
        WeirProcess.probed(
            List.of(
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+StartAttachListener",
                "-Dweir.probe.port=" + probe),
            configuration(),
            secure);
    vitals = new Vitals(weir.pid(), probe);
  }

  private static Map<String, Object> configuration() {
    var weir = new HashMap<String, Object>();
    weir.put("http2", Map.of("preface_seconds", 300));
    weir.put("limits", Map.of("max_connections_per_address", 2 * STALLS));
    return Map.of("weir", weir, "http_server_options", Map.of("enable_http2", true));
  }

  @AfterEach
  void end() {
    weir.close();
    backend.close();
  }

  @Test
  void f3SilentClientsCostLittle() throws IOException {
    holds(client -> {});
  }

  @Test
  void f3HalvesOfHellosCostLittle() throws IOException {
    byte[] hello = hello();
    holds(client -> client.send(Arrays.copyOf(hello, hello.length / 2)));
  }

  @Test
  void f3HellosWithoutMoreCostLittle() throws IOException {
    byte[] hello = hello();
    holds(client -> {
      client.send(hello);
      client.readByte();
    });
  }

  private void holds(Consumer<WirePeer> stall) throws IOException {
    var stalled = new ArrayList<WirePeer>();
    try {
      stall(WARM_UP, stall, stalled);
      long before = held();
      stall(STALLS, stall, stalled);
      long more = held() - before;

      assertThat(more).as("%d bytes each", more / STALLS).isLessThan(ALLOWED);
      assertThat(weir.output()).doesNotContain("tls_handshake");
      try (EchoClient honest = EchoClient.secure(port, "localhost", files.authority())) {
        assertThat(honest.unary("hi").status().isOk()).isTrue();
      }
    } finally {
      stalled.forEach(WirePeer::close);
    }
  }

  private void stall(int count, Consumer<WirePeer> stall, List<WirePeer> stalled) {
    for (int i = 0; i < count; i++) {
      var client = WirePeer.connect(port);
      stalled.add(client);
      stall.accept(client);
    }
  }

  /** The heap, which is resident from the beginning, counts by what is live on it. */
  private long held() {
    return vitals.heap().bytes() + vitals.residentBytes();
  }

  private static byte[] hello() {
    return ClientHello.offering(0x0303, 0xc02b).bytes();
  }
}
