package dev.weir.system;

import dev.weir.app.Gateway;
import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Reload;
import dev.weir.guard.Watch;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Reading;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
  private final ApiReader reader;
  private final Gateway gateway;
  private final Watch watch;

  private TestGateway(TykFiles files, Map<String, String> environment) {
    this.files = files;
    Reading<GatewayConfig> read = ConfigReader.read(files.configuration(), environment);
    GatewayConfig config = read.value();
    if (config == null) {
      throw new AssertionError("tyk.conf: " + read.problems());
    }
    this.reader = new ApiReader(config, environment);
    try {
      this.gateway = Gateway.start(config, reader);
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
    return inEnvironment(NO_ENVIRONMENT, configuration, apis);
  }

  /** The same with variables of the environment, and no others. */
  static TestGateway inEnvironment(
      Map<String, String> environment, Map<String, Object> configuration, Api... apis) {
    return new TestGateway(TykFiles.write(Ports.free(), configuration, List.of(apis)), environment);
  }

  /** Serves what is in these files, which are gone after the test. */
  static TestGateway of(TykFiles files) {
    return new TestGateway(files, NO_ENVIRONMENT);
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

  /** How many connections to endpoints are open. */
  int endpointConnections() {
    return gateway.activity().endpointConnections();
  }

  /** What became of each API. */
  List<ApiStatus> apis() {
    return gateway.apis();
  }

  /** The folder that holds {@code tyk.conf}. */
  Path folder() {
    return files.folder();
  }

  /** Writes the file of an API, which nobody reads until the next reload. */
  TestGateway write(Api api) {
    return write(api.id() + ".json", Json.of(api.definition()));
  }

  /** The same for whatever the file shall hold. */
  TestGateway write(String file, String text) {
    files.write("apps/" + file, text);
    return this;
  }

  /** Deletes the file of an API. */
  TestGateway delete(String id) {
    try {
      Files.delete(files.apps().resolve(id + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Reads the folder anew, as on SIGHUP. */
  Reload reload() {
    return gateway.reload(reader.readFolder());
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
