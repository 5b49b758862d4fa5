package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.LocalConnection;
import dev.weir.http2.PeerFault;
import dev.weir.listener.Http1Handler;
import dev.weir.listener.Protocols;
import dev.weir.listener.TlsClient;
import dev.weir.upstream.ConnectionPool;
import dev.weir.upstream.Connector;
import dev.weir.upstream.SocketConnector;
import dev.weir.upstream.TlsFailure;
import dev.weir.upstream.UpstreamSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data plane: turns connections of clients into calls and calls into streams to endpoints. One
 * {@link EngineLoop} an event loop; nothing of a call crosses loops.
 */
public final class Engine implements Protocols {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** How long a client may take to hear of a drain before it counts as told. */
  private static final Duration DRAIN_ROUND_TRIP = Duration.ofSeconds(1);

  private static final int MOST_GRACE_DAYS = 365;

  private final Map<EventExecutor, EngineLoop> loops = new HashMap<>();
  private final Map<EventExecutor, ConnectionLoop> connectionLoops = new HashMap<>();
  private final EngineSettings settings;
  private final LongSupplier clock;

  /**
   * @param clock monotonic nanoseconds
   */
  public Engine(
      EventLoopGroup eventLoops,
      Class<? extends Channel> channelType,
      SnapshotHolder snapshots,
      EngineSettings settings,
      LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
    UpstreamSettings upstream = settings.upstream();
    ConcurrentMap<String, MethodNames> methodNames = new ConcurrentHashMap<>();
    List<EventLoop> all = new ArrayList<>();
    eventLoops.forEach(executor -> all.add((EventLoop) executor));
    for (EventLoop eventLoop : all) {
      ConnectionLoop loop =
          new ConnectionLoop(
              eventLoop,
              clock,
              settings.timeouts(),
              settings.windowGrowthBytes() / all.size(),
              settings.process());
      Connector connector = new SocketConnector(eventLoop, channelType, upstream.connectTimeout());
      ConnectionPool pool = new ConnectionPool(connector, loop, upstream, eventLoop);
      connectionLoops.put(eventLoop, loop);
      EngineLoop engineLoop =
          new EngineLoop(
              snapshots,
              loop,
              pool,
              settings.forwarding(),
              Admission.of(settings.callers(), all.size()),
              new LoopCalls(methodNames, settings.reports().mostMethods()),
              settings.reports().logs().get(),
              eventLoop);
      loops.put(eventLoop, engineLoop);
      eventLoop.execute(() -> loop.sweep().watch(_ -> sweep(engineLoop), eventLoop));
    }
  }

  /** Looks after the connections of a loop, whatever came of it the last time. */
  private static boolean sweep(EngineLoop loop) {
    try {
      loop.sweep();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a fault of the gateway while it looked after its connections");
    }
    return true;
  }

  @Override
  public ChannelHandler http2(Channel channel, int port, boolean over) {
    EventLoop eventLoop = channel.eventLoop();
    DownstreamConnection connection = connection(channel, port);
    Http2ChannelHandler handler =
        Http2ChannelHandler.server(
            find(connectionLoops, eventLoop),
            settings.clients(),
            connection,
            settings.timeouts().start().toNanos());
    connection.attach(handler.connection());
    countUntilClosed(channel, eventLoop, connection);
    if (over) {
      leave(connection, eventLoop);
    }
    return handler;
  }

  /** As {@link #drain(int)} for one that came behind it. */
  private static void leave(DownstreamConnection connection, EventLoop eventLoop) {
    connection.leave();
    eventLoop.schedule(
        () -> connection.connection().finishDraining(),
        DRAIN_ROUND_TRIP.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  @Override
  public ChannelHandler http1(Channel channel, int port, boolean over) {
    EventLoop eventLoop = channel.eventLoop();
    ConnectionLoop loop = find(connectionLoops, eventLoop);
    return new Http1Handler(
        loop,
        settings.clients().conduct(),
        (fault, detail) -> onPeerFault(channel, port, fault, detail),
        over,
        client -> {
          DownstreamConnection connection = connection(channel, port);
          LocalConnection local =
              new LocalConnection(loop, channel.alloc(), settings.clients(), client, connection);
          connection.attach(local.server());
          countUntilClosed(channel, eventLoop, connection);
          return local.client();
        });
  }

  private DownstreamConnection connection(Channel channel, int port) {
    return new DownstreamConnection(
        find(loops, channel.eventLoop()),
        port,
        settings.clients(),
        channel.remoteAddress(),
        channel.attr(TlsClient.KEY).get());
  }

  @Override
  public void onPeerFault(Channel channel, int port, PeerFault fault, String detail) {
    find(loops, channel.eventLoop()).peerFault(fault, channel.remoteAddress(), port, detail);
  }

  @Override
  public void perform(Channel channel, Runnable work) {
    EventLoop eventLoop = channel.eventLoop();
    find(connectionLoops, eventLoop).paced().perform(work, eventLoop);
  }

  @Override
  public void shakeHands(Channel channel, Runnable work) {
    EventLoop eventLoop = channel.eventLoop();
    find(connectionLoops, eventLoop).handshakes().perform(work, eventLoop);
  }

  /** A connection counts as open until its socket is closed: its last output may be under way. */
  private void countUntilClosed(
      Channel channel, EventLoop eventLoop, DownstreamConnection connection) {
    EngineLoop loop = find(loops, eventLoop);
    loop.connections().add(connection);
    channel.closeFuture().addListener(closed -> loop.connections().remove(connection));
  }

  /** Tells every client to open no more streams. */
  public void drain() {
    drain(OpenConnections::drain, OpenConnections::finishDrain);
  }

  /** Tells the clients of a port to open no more streams on the connections they have there. */
  public void drain(int port) {
    drain(connections -> connections.drain(port), OpenConnections::finishLeaving);
  }

  private void drain(Consumer<OpenConnections> begin, Consumer<OpenConnections> finish) {
    onEveryLoop(loop -> begin.accept(loop.connections()));
    loops.forEach((executor, loop) ->
        executor.schedule(
            () -> finish.accept(loop.connections()),
            DRAIN_ROUND_TRIP.toNanos(),
            TimeUnit.NANOSECONDS));
  }

  /** Gives calls to these so long to end; the ones that have not are ended with a status. */
  public void cut(Set<EndpointGroup> groups, Duration grace) {
    loops.forEach((executor, loop) ->
        executor.schedule(() -> loop.cut(groups), nanos(grace), TimeUnit.NANOSECONDS));
  }

  private static long nanos(Duration grace) {
    return Duration.ofDays(MOST_GRACE_DAYS).compareTo(grace) < 0
        ? TimeUnit.DAYS.toNanos(MOST_GRACE_DAYS)
        : grace.toNanos();
  }

  /** Ends every call that is still open with a status, and every connection. */
  public void cut() {
    onEveryLoop(EngineLoop::cut);
  }

  /** How many connections of clients are open; may be old by the time it is read. */
  public int openConnections() {
    int[] sum = new int[1];
    onEveryLoop(loop -> sum[0] += loop.connections().size());
    return sum[0];
  }

  /**
   * What happens now, and what happened so far. Asks each event loop, so it waits for them and must
   * not be called by one.
   */
  public EngineCounts counts() {
    EngineCounts[] sum = {EngineCounts.NONE};
    onEveryLoop(loop -> sum[0] = sum[0].plus(loop.counts()));
    return sum[0];
  }

  /** How the calls of each API have ended so far, by its id. */
  public Map<String, ApiCounts> apiCounts() {
    Map<String, ApiCounts> sums = new TreeMap<>();
    loops.values().forEach(loop -> loop.apiCalls().addTo(sums));
    return sums;
  }

  /** The time on the clock of the event loops; for any thread. */
  public long nowNanos() {
    return clock.getAsLong();
  }

  /** How many calls were refused for this reason. */
  public long refused(CallRefusal reason) {
    return loops.values().stream().mapToLong(loop -> loop.refused(reason)).sum();
  }

  /** How often clients went too far in this way. */
  public long clientFaults(PeerFault fault) {
    return connectionLoops.values().stream().mapToLong(l -> l.clientFaults().count(fault)).sum();
  }

  /** How often endpoints went too far in this way. */
  public long serverFaults(PeerFault fault) {
    return connectionLoops.values().stream().mapToLong(l -> l.serverFaults().count(fault)).sum();
  }

  /** How often there was no TLS with endpoints for this reason. */
  public long tlsFailures(TlsFailure failure) {
    return loops.values().stream().mapToLong(l -> l.pool().tlsFailures().count(failure)).sum();
  }

  /** Runs {@code action} on each loop, one after the other, and waits for it. */
  private void onEveryLoop(Consumer<EngineLoop> action) {
    loops.forEach((executor, loop) ->
        executor.submit(() -> action.accept(loop)).awaitUninterruptibly(10, TimeUnit.SECONDS));
  }

  private static <T> T find(Map<EventExecutor, T> map, EventLoop eventLoop) {
    T found = map.get(eventLoop);
    if (found == null) {
      throw new IllegalArgumentException("channel of another event loop group");
    }
    return found;
  }
}
