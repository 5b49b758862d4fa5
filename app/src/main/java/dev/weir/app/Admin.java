package dev.weir.app;

import dev.weir.admin.AdminServer;
import dev.weir.model.GatewayConfig.AdminAddress;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The server for whoever runs the gateway; nothing is opened, or even loaded, unless asked for. */
final class Admin implements AutoCloseable {
  private static final String KEY = "weir.admin.address: ";

  private final @Nullable AdminAddress asked;
  private @Nullable AdminServer server;

  /**
   * @param asked where to serve; null for nowhere
   */
  Admin(@Nullable AdminAddress asked) {
    this.asked = asked;
  }

  boolean isAskedFor() {
    return asked != null;
  }

  /** Fails if {@link #start} would, as far as that can be told. */
  void check() throws IOException {
    if (asked != null) {
      try {
        AdminServer.check(address(asked));
      } catch (IOException e) {
        throw named(asked, e);
      }
    }
  }

  void start(MultiCollector metrics) throws IOException {
    if (asked != null) {
      try {
        server = AdminServer.start(address(asked), metrics);
      } catch (IOException e) {
        throw named(asked, e);
      }
    }
  }

  private static InetSocketAddress address(AdminAddress asked) {
    return new InetSocketAddress(asked.host(), asked.port());
  }

  private static IOException named(AdminAddress asked, IOException e) {
    return new IOException(KEY + asked.host() + ":" + asked.port() + ": " + e.getMessage(), e);
  }

  /** The port that is bound; 0 for none. */
  int port() {
    AdminServer started = server;
    return started == null ? 0 : started.port();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
