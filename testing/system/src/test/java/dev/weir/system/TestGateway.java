package dev.weir.system;

import dev.weir.app.Gateway;
import dev.weir.compiler.ApiStatus;
import dev.weir.guard.Watch;
import dev.weir.model.ApiFolder;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Reading;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A running Weir, in this process, that serves API definitions from files in Tyk's format. The one
 * place in the tests that knows how Weir is started.
 */
final class TestGateway implements AutoCloseable {

  private static final Map<String, String> NO_ENVIRONMENT = Map.of();

  private final TykFiles files;
  private final Gateway gateway;
  private final Watch watch;

  private TestGateway(TykFiles files) {
    this.files = files;
    Reading<GatewayConfig> read = ConfigReader.read(files.configuration(), NO_ENVIRONMENT);
    GatewayConfig config = read.value();
    if (config == null) {
      throw new AssertionError("tyk.conf: " + read.problems());
    }
    ApiFolder folder = new ApiReader(config, NO_ENVIRONMENT).readFolder();
    try {
      this.gateway = Gateway.start(config, folder.definitions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.watch = Leftovers.watch(gateway.port(), gateway::activity);
  }

  /** Serves these APIs with the default configuration on a free main port. */
  static TestGateway serving(Api... apis) {
    return configured(Map.of(), apis);
  }

  /** Serves these APIs with further keys of {@code tyk.conf}, which win over the default ones. */
  static TestGateway configured(Map<String, Object> configuration, Api... apis) {
    return new TestGateway(TykFiles.write(Ports.free(), configuration, List.of(apis)));
  }

  /** The main port. */
  int port() {
    return gateway.port();
  }

  /** The port that metrics are served on; 0 for none. */
  int adminPort() {
    return gateway.adminPort();
  }

  /** All ports, the main one first. */
  List<Integer> ports() {
    return gateway.ports();
  }

  /** What became of each API. */
  List<ApiStatus> apis() {
    return gateway.apis();
  }

  /** The folder that holds {@code tyk.conf}. */
  Path folder() {
    return files.folder();
  }

  /** Shuts down as on SIGTERM, in another thread; open calls get {@code grace}. */
  Thread drain(Duration grace) {
    return Thread.ofVirtual().start(() -> gateway.drain(grace));
  }

  /** The clients have gone; the test fails when the gateway keeps something of them. */
  @Override
  public void close() {
    watch.close();
    gateway.close();
    files.close();
  }
}
