package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution;
import dev.weir.balance.Transport;
import dev.weir.call.ProxyError;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodChoice;
import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.LocalConnection;
import dev.weir.http2.LoopBudget;
import dev.weir.http2.ProcessLimits;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.Timeouts;
import dev.weir.route.RouteTable;
import dev.weir.upstream.ConnectionPool;
import dev.weir.upstream.UpstreamSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A caller, the engine and an endpoint on one thread, without sockets: bytes move when {@link #run}
 * is called.
 */
final class Workbench implements AutoCloseable {
  private static final int PORT = 8080;
  private static final long START_NANOS = 1_000_000_000;

  /** So long a loop tells the streams of lost connections of that, in one turn. */
  private static final long TURN_NANOS = 2_000_000;

  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedLoop eventLoop = new SimulatedLoop(clock);
  private final ProcessLimits process = ProcessLimits.none();
  private final ConnectionLoop loop = newLoop();
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final ConnectionHandler endpoint;
  private final @Nullable Access access;
  private final EndpointGroup group;
  private final ConnectionPool pool;
  private final EngineLoop engine;
  private final List<DownstreamConnection> callers = new ArrayList<>();
  private final ClientConnection caller;
  private final List<EmbeddedChannel> clients = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();

  /** What every look at the clock takes. */
  private long lookNanos;

  /**
   * A connection to the endpoint.
   *
   * @param near the gateway's end
   */
  private record Wire(EmbeddedChannel near, EmbeddedChannel far) {}

  /**
   * @param endpoint answers the calls
   */
  Workbench(ConnectionHandler endpoint) {
    this(endpoint, Http2Limits.DOWNSTREAM);
  }

  /**
   * @param callers what the caller and the gateway allow each other
   */
  Workbench(ConnectionHandler endpoint, Http2Limits callers) {
    this(endpoint, callers, Admission.NOBODY, null, null);
  }

  /**
   * @param access what callers have to show; null for nothing
   * @param log takes the calls; null for nobody
   */
  Workbench(
      ConnectionHandler endpoint,
      Http2Limits callers,
      Admission admission,
      @Nullable Access access,
      @Nullable CallLog log) {
    this.endpoint = endpoint;
    this.access = access;
    group =
        new EndpointGroup(
            "bench", List.of(new Member("::1", 1, "[::1]:1", "", Transport.H2C)), () -> 0.5);
    group.publish(_ -> new Resolution.Resolved(List.of(InetAddress.ofLiteral("::1"))));
    route(1, new RouteAction.Forward("bench", group, 0, false, null, access, null));
    pool = new ConnectionPool(this::connect, loop, UpstreamSettings.DEFAULTS, eventLoop);
    engine =
        new EngineLoop(
            snapshots,
            loop,
            pool,
            Forwarding.DEFAULT,
            admission,
            new LoopCalls(new ConcurrentHashMap<>(), 10),
            log,
            eventLoop);
    caller = newCaller(callers);
  }

  private ConnectionLoop newLoop() {
    return new ConnectionLoop(eventLoop, this::look, Timeouts.DEFAULTS, 0, process);
  }

  private long look() {
    clock.advance(lookNanos);
    return clock.nanoTime();
  }

  /** What another loop of the same process uses of what there is for bytes that wait. */
  LoopBudget bufferedElsewhere() {
    return newLoop().buffered();
  }

  private ClientConnection newCaller(Http2Limits limits) {
    DownstreamConnection downstream = downstream();
    LocalConnection local =
        new LocalConnection(loop, PooledByteBufAllocator.DEFAULT, limits, new Idle(), downstream);
    downstream.attach(local.server());
    engine.connections().add(downstream);
    callers.add(downstream);
    return local.client();
  }

  /** Another caller with a connection of its own. */
  ClientConnection newCaller() {
    return newCaller(Http2Limits.DOWNSTREAM);
  }

  /** What the event loop does twice a second. */
  void sweep() {
    engine.sweep();
    run();
  }

  /** The same, where a turn has time for no more than one step of what may take several. */
  void sweepStep() {
    lookNanos = TURN_NANOS;
    engine.sweep();
    lookNanos = 0;
  }

  /** From now on calls have these limits. */
  void limit(int generation, CallLimits limits) {
    MethodChoice<CallLimits> all = new MethodChoice<>(Map.of(), limits);
    serve(
        generation,
        new Terms(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            all,
            ListenPath.of(0),
            Set.of()));
  }

  private void route(int generation, RouteAction action) {
    RouteTable.Builder<RouteAction> routes = RouteTable.builder();
    routes.add(PORT, null, "/", "bench", action);
    snapshots.replace(new Snapshot(generation, routes.build(), false));
  }

  /** From now on calls end with this error. */
  void refuse(int generation, ProxyError error) {
    route(generation, new RouteAction.Refuse(error));
  }

  /** From now on calls are asked this, and changed so. */
  void serve(int generation, Terms terms) {
    route(generation, new RouteAction.Forward("bench", group, 0, false, null, access, terms));
  }

  private DownstreamConnection downstream() {
    return new DownstreamConnection(
        engine, PORT, Http2Limits.DOWNSTREAM, new InetSocketAddress(0), null);
  }

  ClientConnection caller() {
    return caller;
  }

  /** The gateway's end of a connection that a client has made, which plays with its bytes. */
  EmbeddedChannel accept() {
    DownstreamConnection accepted = downstream();
    Http2ChannelHandler handler =
        Http2ChannelHandler.server(loop, Http2Limits.DOWNSTREAM, accepted, START_NANOS);
    accepted.attach(handler.connection());
    engine.connections().add(accepted);
    EmbeddedChannel client = new EmbeddedChannel(handler);
    client.closeFuture().addListener(_ -> engine.connections().remove(accepted));
    clients.add(client);
    return client;
  }

  /** Has hardly any room left for bytes that wait; or gives back what it has taken. */
  void beShort(boolean isShort) {
    long most = loop.buffered().whole() / 16 * 15;
    loop.buffered().use(isShort ? most : -most);
  }

  /**
   * A connection comes on which these calls are made, and is lost in the same turn. Some of their
   * streams hear of that in this turn, and the others in the next one.
   */
  void connectAndLose(Consumer<ClientConnection> calls) {
    EmbeddedChannel gateway = accept();
    Http2ChannelHandler client =
        Http2ChannelHandler.client(loop, Http2Limits.DOWNSTREAM, new Idle(), START_NANOS);
    EmbeddedChannel far = new EmbeddedChannel(client);
    clients.add(far);
    wires.add(new Wire(gateway, far));
    run();
    wires.removeLast();
    calls.accept((ClientConnection) client.connection());
    eventLoop.turn();
    move(far, gateway);
    // There is one for all connections: also for those that are none of the loop's here.
    loop.paced().perform(() -> {}, eventLoop);
    lookNanos = TURN_NANOS;
    gateway.close();
    far.close();
    lookNanos = 0;
  }

  /** All calls meet a fault of the gateway. */
  void fail() {
    callers.forEach(each ->
        each.connection()
            .forEachHandler(call -> ((Exchange) call).reset(ErrorCode.INTERNAL_ERROR)));
    run();
  }

  Activity activity() {
    return engine.activity();
  }

  private ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    EmbeddedChannel far =
        new EmbeddedChannel(
            Http2ChannelHandler.server(loop, Http2Limits.DOWNSTREAM, endpoint, START_NANOS));
    EmbeddedChannel near = new EmbeddedChannel(handler);
    wires.add(new Wire(near, far));
    return near.newSucceededFuture();
  }

  /** Lets time pass, and everything happen that is due by then. */
  void pass(Duration time) {
    clock.advance(time.toNanos());
    clients.forEach(client -> pass(client, time));
    for (Wire wire : List.copyOf(wires)) {
      pass(wire.near, time);
      pass(wire.far, time);
    }
    pool.sweep();
    run();
    wires.removeIf(wire -> isOver(wire.near) && isOver(wire.far));
  }

  private static void pass(EmbeddedChannel end, Duration time) {
    end.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    end.runScheduledPendingTasks();
  }

  /** The timer of all connections may happen to be on one that is closed. */
  private static boolean isOver(EmbeddedChannel end) {
    return !end.isOpen() && !end.hasPendingTasks();
  }

  /** Lets everything happen that follows from what was done. */
  void run() {
    boolean moved;
    do {
      moved = eventLoop.turn();
      for (int i = 0; i < wires.size(); i++) {
        moved |= move(wires.get(i).near, wires.get(i).far);
        moved |= move(wires.get(i).far, wires.get(i).near);
      }
    } while (moved);
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    boolean moved = false;
    for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      if (to.isOpen()) {
        to.writeInbound(bytes);
      } else {
        bytes.release();
      }
      moved = true;
    }
    if (!from.isOpen() && to.isOpen()) {
      to.close();
      moved = true;
    }
    return moved;
  }

  /** The callers go, then the endpoint; nothing of the calls may be left. */
  @Override
  public void close() {
    callers.forEach(each -> each.connection().close(ErrorCode.NO_ERROR, "bench closes"));
    clients.forEach(EmbeddedChannel::finishAndReleaseAll);
    run();
    assertThat(pool.openStreams()).isZero();
    pool.close();
    run();
    for (Wire wire : wires) {
      wire.near.finishAndReleaseAll();
      wire.far.finishAndReleaseAll();
    }
    callers.forEach(engine.connections()::remove);
    assertThat(engine.activity()).isEqualTo(Activity.NONE);
  }

  static FieldList fields(String... namesAndValues) {
    FieldList list = new FieldList();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      list.add(HeaderField.of(namesAndValues[i], namesAndValues[i + 1]));
    }
    return list;
  }

  /** The caller's own ends hear nothing that matters here. */
  private static final class Idle implements ConnectionHandler {
    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      throw new IllegalStateException();
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
      throw new IllegalStateException();
    }
  }
}
