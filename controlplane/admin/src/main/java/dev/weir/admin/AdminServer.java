package dev.weir.admin;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/**
 * The server for whoever runs the gateway, apart from the ports of the data plane and its event
 * loops: each request has a virtual thread. For any thread.
 */
public final class AdminServer implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_REQUESTS = 16;
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

  private final WebServer server;

  private AdminServer(WebServer server) {
    this.server = server;
  }

  /**
   * Fails when the address cannot be bound, which only {@link #start} does for good: so that a
   * start can be refused before anything is served.
   *
   * @throws IOException whose message says why
   */
  public static void check(InetSocketAddress address) throws IOException {
    if (address.isUnresolved()) {
      throw new IOException(address.getHostString() + " does not resolve");
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    }
  }

  /**
   * Binds the address and serves.
   *
   * @param metrics of the gateway; asked for each scrape, on its thread
   * @throws IOException when the address cannot be bound
   */
  public static AdminServer start(InetSocketAddress address, MultiCollector metrics)
      throws IOException {
    WebServer server =
        WebServer.builder()
            .bindAddress(address)
            .shutdownHook(false)
            .maxTcpConnections(MAX_CONNECTIONS)
            .maxConcurrentRequests(MAX_REQUESTS)
            .idleConnectionTimeout(IDLE_TIMEOUT)
            .routing(HttpRouting.builder().get("/metrics", new MetricsPage(metrics)))
            .build()
            .start();
    if (!server.isRunning()) {
      check(address);
      throw new IOException("cannot be bound");
    }
    return new AdminServer(server);
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
