package dev.weir.app;

import dev.weir.admin.ControlDocuments;
import dev.weir.admin.ControlServer;
import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution.Resolved;
import dev.weir.balance.Transport;
import dev.weir.compiler.Deployment;
import dev.weir.compiler.KeyDirectory;
import dev.weir.compiler.Reload;
import dev.weir.compiler.RightsChecks;
import dev.weir.compiler.SnapshotCompiler;
import dev.weir.compiler.TokenIssuers;
import dev.weir.engine.RouteAction;
import dev.weir.model.ApiReader;
import dev.weir.model.ControlFiles;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Secret;
import dev.weir.store.KeyVault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The control API, an endpoint like others to the data plane. Without {@code secret} there is none:
 * nobody could be told from anybody.
 */
final class Control implements AutoCloseable {
  private final @Nullable FutureTask<ControlServer> starting;
  private @Nullable ControlServer server;

  /** The same in each snapshot, so that tables of routes stay the same. */
  private RouteAction.@Nullable Control paths;

  private Control(@Nullable FutureTask<ControlServer> starting) {
    this.starting = starting;
  }

  /** None. */
  static Control none() {
    return new Control(null);
  }

  /** Begins to start it, in a thread beside the rest of the start. */
  static Control start(GatewayConfig config) {
    Secret secret = config.controlApi().secret();
    if (!secret.isSet()) {
      return none();
    }
    var files = new ControlFiles(config.weir().dataDir());
    var starting = new FutureTask<>(() -> ControlServer.start(secret, files));
    Thread.ofPlatform().daemon().name("weir-control").start(starting);
    return new Control(starting);
  }

  /**
   * Waits until it has started, and has it answer.
   *
   * @param vault has the keys; opened when it is first asked for
   * @param keys as calls find them
   * @param issuers whose key sets are kept
   * @param reload reloads the definitions and returns when that is done
   * @throws IOException when it cannot be started
   */
  void serve(
      GatewayConfig config,
      Deployment deployment,
      KeyVault vault,
      KeyDirectory keys,
      TokenIssuers issuers,
      ApiReader reader,
      Supplier<Reload> reload)
      throws IOException {
    if (starting == null) {
      return;
    }
    ControlServer started = started(starting);
    started.serve(
        deployment,
        new ControlDocuments(
            config.apis().appPath(),
            reader,
            CertCommands.store(config),
            CertCommands.passphrase(config),
            config.policies(),
            config.keys(),
            new RightsChecks(Gateway.matching(config.http().paths())),
            vault,
            keys::hasPolicy,
            keys::resetQuotas,
            issuers::refetch,
            config.weir().autoReload()),
        reload);
    server = started;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    String host = loopback.getHostAddress();
    Member member =
        new Member(host, started.port(), host + ":" + started.port(), "", Transport.H2C);
    EndpointGroup only = new EndpointGroup("control API", List.of(member), () -> 0);
    only.publish(_ -> new Resolved(List.of(loopback)));
    paths =
        new RouteAction.Control(
            new RouteAction.Forward("the control API", only, 0, false, null, null, null));
  }

  private static ControlServer started(FutureTask<ControlServer> starting) throws IOException {
    try {
      return starting.get();
    } catch (ExecutionException e) {
      throw new IOException("the control API cannot be started: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the start was interrupted");
    }
  }

  /** Has a compiler hand its paths over, if there are any. */
  SnapshotCompiler routed(SnapshotCompiler compiler) {
    return paths == null ? compiler : compiler.control(paths);
  }

  boolean isServed() {
    return server != null;
  }

  /** Waits for a start that goes on, so that nothing is left of it. */
  @Override
  public void close() {
    if (starting != null) {
      try {
        started(starting).close();
      } catch (IOException e) {
        // There is nothing to close.
      }
    }
  }
}
