package dev.weir.admin;

import dev.weir.compiler.Deployment;
import dev.weir.compiler.Reload;
import dev.weir.model.ApiReader;
import dev.weir.model.Secret;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Serves the control API over HTTP/2 in clear text on a loopback port that the system chooses: the
 * data plane sends there what is for it, and does on its ports what a server in the open has to.
 * For any thread.
 */
public final class ControlServer implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_REQUESTS = 16;
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

  private final WebServer server;

  private ControlServer(WebServer server) {
    this.server = server;
  }

  /**
   * Binds a port and serves.
   *
   * @param secret what callers have to know; set
   * @param folder of the API definitions
   * @param reload reloads them and returns when that is done
   * @throws IOException when no port can be had
   */
  public static ControlServer start(
      Secret secret, Deployment deployment, Path folder, ApiReader reader, Supplier<Reload> reload)
      throws IOException {
    ControlApi api =
        new ControlApi(
            new ReloadPaths(reload), new ApiPaths(deployment, new ApiFiles(folder, reader)));
    WebServer server =
        WebServer.builder()
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .shutdownHook(false)
            .maxTcpConnections(MAX_CONNECTIONS)
            .maxConcurrentRequests(MAX_REQUESTS)
            .idleConnectionTimeout(IDLE_TIMEOUT)
            .routing(HttpRouting.builder().any(new ControlHandler(secret, api)))
            .build()
            .start();
    if (!server.isRunning()) {
      throw new IOException("no port can be had for the control API");
    }
    return new ControlServer(server);
  }

  /** The port that is bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
