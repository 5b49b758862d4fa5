package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution;
import dev.weir.balance.Transport;
import dev.weir.engine.Engine;
import dev.weir.engine.EngineSettings;
import dev.weir.engine.RouteAction;
import dev.weir.engine.Snapshot;
import dev.weir.engine.SnapshotHolder;
import dev.weir.guard.Watch;
import dev.weir.http2.Http2Limits;
import dev.weir.listener.Connections;
import dev.weir.listener.Listeners;
import dev.weir.route.RouteTable;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import dev.weir.upstream.UpstreamSettings;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What event loops do with connections to endpoints from time to time. The engine alone, so that
 * the test decides how long calls wait and when addresses change.
 */
class UpkeepWireTest {

  private static final int ROUTED_PORT = 1;
  private static final UpstreamSettings PATIENT = UpstreamSettings.DEFAULTS;
  private static final UpstreamSettings IMPATIENT =
      new UpstreamSettings(
          Http2Limits.UPSTREAM, Duration.ofSeconds(5), 2, 100, Duration.ofMillis(100));

  private final WireServer server = WireServer.listen();
  private final EndpointGroup group =
      new EndpointGroup(
          "scripted",
          List.of(new Member("host", server.port(), "host:1", "", Transport.H2C)),
          () -> 0.5);
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /** How far the gateway's clock is ahead of the machine's. */
  private final AtomicLong aheadNanos = new AtomicLong();

  private @Nullable Listeners listeners;
  private @Nullable Watch watch;

  private WirePeer start(UpstreamSettings settings) throws IOException {
    publish("127.0.0.1");
    RouteTable.Builder<RouteAction> routes = RouteTable.builder();
    routes.add(
        ROUTED_PORT,
        null,
        "/",
        "api",
        new RouteAction.Forward("api", group, 0, false, null, null, null));
    var snapshots = new SnapshotHolder();
    snapshots.replace(new Snapshot(1, routes.build(), false));
    var engine =
        new Engine(
            eventLoops,
            NioSocketChannel.class,
            snapshots,
            EngineSettings.defaults().with(settings),
            () -> System.nanoTime() + aheadNanos.get());
    var made =
        new Listeners(
            eventLoops,
            NioServerSocketChannel.class,
            engine,
            new Connections(10, 10),
            Duration.ofSeconds(5));
    listeners = made;
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    int port = made.open(anyPort, ROUTED_PORT, null);
    made.accept(ROUTED_PORT);
    watch = Leftovers.watch(port, () -> engine.counts().open());
    return WirePeer.client(port);
  }

  @AfterEach
  void stop() {
    if (watch != null) {
      watch.close();
    }
    server.close();
    if (listeners != null) {
      listeners.close();
    }
    eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void publish(String address) {
    group.publish(_ -> new Resolution.Resolved(List.of(InetAddress.ofLiteral(address))));
  }

  @Test
  void aCallThatNoServerHasAStreamForIsUnavailableInTheEndD5() throws IOException {
    try (WirePeer client = start(IMPATIENT)) {
      client.sendRequest(1, Scene.PATH);
      WirePeer upstream = server.accept(Frame.MAX_CONCURRENT_STREAMS, 0);

      Fields answer = client.expectResponse(1);

      assertThat(answer.get("grpc-status")).isEqualTo("14");
      assertThat(answer.get("grpc-message"))
          .contains("API api", "host:1", "allows 0 on a connection", "open connections: 1");
      upstream.expectQuiet();
    }
  }

  @Test
  void aServerThatIsFullBehindItsFirstCallsGetsAnotherConnectionD5() throws IOException {
    try (WirePeer client = start(PATIENT)) {
      client.send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)).last());
      WirePeer full = server.accept();
      int stream = full.expectHeaders().stream();
      full.send(Frame.settings(Frame.MAX_CONCURRENT_STREAMS, 0)).expectQuiet();

      client.send(Frame.headers(3, Fields.grpcRequest(Scene.PATH)).last());
      WirePeer other = server.accept();
      other.sendResponse(other.expectHeaders().stream());
      full.sendResponse(stream);

      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      assertThat(client.expectFate(3)).isEqualTo("grpc 0");
    }
  }

  @Test
  void connectionsToAddressesThatLeftAreDrainedP30() throws IOException {
    try (WirePeer client = start(PATIENT)) {
      client.send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();

      publish("127.0.0.2");

      assertThat(upstream.expectGoAway().goAwayCode()).isZero();
      upstream.sendResponse(stream);
      assertThat(client.expectResponse(1).get("grpc-status")).isEqualTo("0");
      upstream.expectClose();
    }
  }

  @Test
  void timeThatACallWaitedIsTakenOffItsTimeoutP12() throws IOException {
    try (WirePeer client = start(PATIENT)) {
      Fields request = Fields.grpcRequest(Scene.PATH).with("grpc-timeout", "9S");
      client.send(Frame.headers(1, request).last());
      WirePeer upstream = server.acceptSilently().expectPreface();
      client.expectQuiet();

      aheadNanos.set(Duration.ofSeconds(2).toNanos());
      upstream.send(Frame.settings()).expectSettings();

      String left = upstream.expectHeaders().fields().get("grpc-timeout");
      assertThat(left).matches("[67]\\d{6}u|[67]\\d{3}m|[67]S");
    }
  }
}
