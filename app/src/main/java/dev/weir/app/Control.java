package dev.weir.app;

import dev.weir.admin.ControlServer;
import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution.Resolved;
import dev.weir.balance.Transport;
import dev.weir.compiler.Deployment;
import dev.weir.compiler.Reload;
import dev.weir.compiler.SnapshotCompiler;
import dev.weir.model.ApiReader;
import dev.weir.model.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The control API, an endpoint like others to the data plane. Without {@code secret} there is none:
 * nobody could be told from anybody.
 */
final class Control implements AutoCloseable {
  private @Nullable ControlServer server;
  private @Nullable EndpointGroup group;

  /**
   * @param reload reloads the definitions and returns when that is done
   */
  void start(GatewayConfig config, Deployment deployment, ApiReader reader, Supplier<Reload> reload)
      throws IOException {
    if (!config.controlApi().secret().isSet()) {
      return;
    }
    ControlServer started =
        ControlServer.start(
            config.controlApi().secret(), deployment, config.apis().appPath(), reader, reload);
    server = started;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    String host = loopback.getHostAddress();
    Member member =
        new Member(host, started.port(), host + ":" + started.port(), "", Transport.H2C);
    EndpointGroup only = new EndpointGroup("control API", List.of(member), () -> 0);
    only.publish(_ -> new Resolved(List.of(loopback)));
    group = only;
  }

  /** Has a compiler hand its paths over, if there are any. */
  SnapshotCompiler routed(SnapshotCompiler compiler) {
    return group == null ? compiler : compiler.control(group);
  }

  boolean isServed() {
    return server != null;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
