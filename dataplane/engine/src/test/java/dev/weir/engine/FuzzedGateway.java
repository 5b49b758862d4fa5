package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution;
import dev.weir.balance.Transport;
import dev.weir.call.ProxyError;
import dev.weir.http2.ConductLimits;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.ProcessBudget;
import dev.weir.http2.ProcessLimits;
import dev.weir.http2.Timeouts;
import dev.weir.route.RouteTable;
import dev.weir.upstream.ConnectionPool;
import dev.weir.upstream.Connector;
import dev.weir.upstream.UpstreamSettings;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gateway from its event loop's channels inwards, between two clients and however many servers
 * it connects to, none of which keeps to anything. Time is the input's too.
 */
final class FuzzedGateway implements Connector {
  private static final int PORT = 8080;
  private static final long SECOND = 1_000_000_000L;
  private static final long START_TIMEOUT = 5 * SECOND;

  /** A stream's that is not read, and some. */
  private static final long STALL = 75 * SECOND;

  /** All windows of four streams of each client, in buffers of four times their size, and some. */
  private static final long MOST_BYTES = 1 << 20;

  private static final int MOST_TURNS = 200_000;

  private static final Http2Limits CLIENTS =
      new Http2Limits(4, 2000, 20, 4, 5000, 65_535, 100, ConductLimits.DOWNSTREAM);
  private static final Http2Limits SERVERS =
      new Http2Limits(0, 2000, 20, 4, 5000, 65_535, 100, ConductLimits.UPSTREAM);

  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedLoop eventLoop = new SimulatedLoop(clock);
  private final CountingAllocator allocator = new CountingAllocator();
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final ConnectionLoop loop =
      new ConnectionLoop(
          eventLoop,
          clock::nanoTime,
          Timeouts.DEFAULTS,
          20_000,
          new ProcessLimits(new ProcessBudget(6, 1), new ProcessBudget(MOST_BYTES, 1)));
  private final ConnectionPool pool =
      new ConnectionPool(
          this,
          loop,
          new UpstreamSettings(SERVERS, Duration.ofSeconds(5), 2, 4, Duration.ofSeconds(10)),
          eventLoop);
  private final EngineLoop engine =
      new EngineLoop(
          snapshots,
          loop,
          pool,
          Forwarding.DEFAULT,
          Admission.NOBODY,
          new LoopCalls(new ConcurrentHashMap<>(), 10),
          null,
          eventLoop);
  private final List<FuzzedPeer> clients = new ArrayList<>();
  private final List<FuzzedPeer> servers = new ArrayList<>();
  private final ArrayDeque<Connecting> connecting = new ArrayDeque<>();
  private final long before = UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  private final boolean serversGreet;
  private final boolean connectsAtOnce;
  private int chunk = Integer.MAX_VALUE;
  private @Nullable Throwable failure;
  private boolean draining;
  private boolean ending;

  static {
    // Netty's codec, which reads the output, keeps a buffer: not to be counted as one of ours.
    Http2CodecUtil.connectionPrefaceBuf().release();
  }

  private record Connecting(FuzzedPeer server, ChannelPromise promise) {}

  FuzzedGateway(boolean clientsGreet, boolean serversGreet, boolean connectsAtOnce) {
    this.serversGreet = serversGreet;
    this.connectsAtOnce = connectsAtOnce;
    loop.sweep().watch(_ -> sweep(), eventLoop);
    snapshots.replace(new Snapshot(1, routes(), false));
    for (int i = 0; i < 2; i++) {
      accept();
      if (clientsGreet) {
        clients.get(i).preface();
        clients.get(i).greet();
      }
    }
    turn();
  }

  /** As {@link Engine} does. */
  private boolean sweep() {
    engine.sweep();
    return true;
  }

  private static RouteTable<RouteAction> routes() {
    List<Member> members =
        List.of(
            new Member("one", 1, "one:1", "/first", Transport.H2C),
            new Member("two", 2, "two:2", "", Transport.H2C));
    EndpointGroup group = new EndpointGroup("fuzzed", members, () -> 0.5);
    group.publish(_ -> new Resolution.Resolved(List.of(InetAddress.ofLiteral("127.0.0.1"))));
    RouteTable.Builder<RouteAction> routes = RouteTable.builder();
    routes.add(
        PORT, null, "/", "api", new RouteAction.Forward("api", group, 0, false, null, null, null));
    routes.add(
        PORT, null, "/s/", "api", new RouteAction.Forward("api", group, 2, true, null, null, null));
    routes.add(
        PORT,
        null,
        "/hello",
        "own",
        new RouteAction.BuiltIn(() -> new RouteAction.Answer(200, "{}")));
    routes.add(
        PORT,
        null,
        "/no/",
        "no",
        new RouteAction.Refuse(new ProxyError(ProxyError.Kind.NO_ENDPOINT, "is refused")));
    return routes.build();
  }

  private void accept() {
    DownstreamConnection downstream =
        new DownstreamConnection(engine, PORT, CLIENTS, new InetSocketAddress(0), null);
    Http2ChannelHandler handler =
        Http2ChannelHandler.server(loop, CLIENTS, downstream, START_TIMEOUT);
    downstream.attach(handler.connection());
    FuzzedPeer client = new FuzzedPeer(allocator, handler.connection(), false);
    engine.connections().add(downstream);
    client.channel.closeFuture().addListener(_ -> engine.connections().remove(downstream));
    client.channel.accepted();
    clients.add(client);
    register(client, handler);
  }

  private void register(FuzzedPeer peer, Http2ChannelHandler handler) {
    peer.channel.pipeline().addLast(new Watched(this::failed, handler));
    eventLoop.register(peer.channel);
  }

  private void failed(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  // ---- what the input decides ------------------------------------------------------------------

  FuzzedPeer client(int index) {
    return clients.get(index % clients.size());
  }

  /** One of the servers, the latest for 0; null before there is one. */
  @Nullable FuzzedPeer server(int back) {
    return servers.isEmpty() ? null : servers.get(servers.size() - 1 - back % servers.size());
  }

  /** How many bytes arrive at a time. */
  void chunk(int bytes) {
    chunk = bytes;
  }

  @Override
  public ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    Http2ChannelHandler driver = (Http2ChannelHandler) handler;
    FuzzedPeer server = new FuzzedPeer(allocator, driver.connection(), true);
    servers.add(server);
    register(server, driver);
    ChannelPromise promise = server.channel.newPromise();
    connecting.add(new Connecting(server, promise));
    return promise;
  }

  /** One of the attempts to connect comes to its end; whether there was one. */
  boolean finishConnecting(boolean accepted) {
    Connecting next = connecting.poll();
    if (next == null) {
      return false;
    }
    SimulatedChannel channel = next.server.channel;
    if (!channel.isOpen()) {
      next.promise.tryFailure(new ClosedChannelException());
    } else if (accepted) {
      channel.connected(next.promise);
      if (serversGreet) {
        next.server.greet();
      }
    } else {
      channel.notConnected(next.promise, new ConnectException("Connection refused"));
    }
    return true;
  }

  void drain() {
    if (!draining) {
      draining = true;
      engine.connections().drain();
      var _ = eventLoop.schedule(engine.connections()::finishDrain, 1, TimeUnit.SECONDS);
    }
  }

  void cut() {
    engine.cut();
  }

  // ---- what follows ----------------------------------------------------------------------------

  /** Everything arrives and has its consequences. */
  void turn() {
    for (int i = 0; moves(); i++) {
      check();
      require(i < MOST_TURNS, "there is no end to what follows");
    }
    check();
  }

  private boolean moves() {
    boolean moved = (connectsAtOnce || ending) && finishConnecting(!ending);
    for (int i = 0; i < clients.size(); i++) {
      moved |= clients.get(i).deliver(chunk);
    }
    for (int i = 0; i < servers.size(); i++) {
      moved |= servers.get(i).deliver(chunk);
    }
    return eventLoop.turn() || moved;
  }

  private void check() {
    if (failure != null) {
      throw new AssertionError("the gateway's own code failed: " + failure, failure);
    }
    clients.forEach(FuzzedPeer::check);
    servers.forEach(FuzzedPeer::check);
    long bytes = allocator.bytes();
    require(bytes <= MOST_BYTES, () -> bytes + " bytes of buffers held");
    long counted = engine.activity().bufferedBytes();
    require(counted >= 0 && counted <= 2 * MOST_BYTES, () -> counted + " bytes counted");
  }

  void letTimePass(long nanos) {
    turn();
    long left = nanos;
    for (long next = eventLoop.untilNextTimer(); next >= 0 && next <= left; ) {
      clock.advance(next);
      left -= next;
      turn();
      next = eventLoop.untilNextTimer();
    }
    clock.advance(left);
  }

  /** How much the gateway has sent, on all connections. */
  long sent() {
    return clients.stream().mapToLong(client -> client.output.bytes()).sum()
        + servers.stream().mapToLong(server -> server.output.bytes()).sum();
  }

  // ---- the end ---------------------------------------------------------------------------------

  /** One side goes, which ends every call, then the other; nothing is left. */
  void end(boolean clientsFirst) {
    clients.forEach(client -> client.stall(false));
    turn();
    ending = true;
    if (clientsFirst) {
      leaveBy(clients);
      Activity left = engine.activity();
      require(
          left.streams() + left.waiting() + left.endpointStreams() == 0,
          () -> "calls without a client go on: " + left);
      leaveBy(servers);
    } else {
      leaveBy(servers);
      clients.forEach(FuzzedGateway::requireNoCalls);
      leaveBy(clients);
    }
    pool.close();
    letTimePass(20 * SECOND);
    checkThatNothingIsLeft();
  }

  private void leaveBy(List<FuzzedPeer> side) {
    side.forEach(peer -> peer.leave(false));
    letTimePass(STALL);
  }

  private static void requireNoCalls(FuzzedPeer client) {
    int open = client.gateway.openStreams();
    require(client.gateway.isOver() || open == 0, () -> open + " calls without a server go on");
  }

  private void checkThatNothingIsLeft() {
    require(
        engine.activity().equals(Activity.NONE),
        () -> "counted when there is nothing left: " + engine.activity());
    clients.forEach(client -> require(!client.channel.isOpen(), "a client's channel is open"));
    servers.forEach(server -> require(!server.channel.isOpen(), "a server's channel is open"));
    require(allocator.buffers() == 0, () -> allocator.buffers() + " buffers not released");
    require(allocator.bytes() == 0, () -> allocator.bytes() + " bytes not released");
    long now = UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    require(now == before, () -> now - before + " bytes outside of the allocator not released");
  }
}
