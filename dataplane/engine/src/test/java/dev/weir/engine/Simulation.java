package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution;
import dev.weir.balance.Transport;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Timeouts;
import dev.weir.route.RouteTable;
import dev.weir.upstream.ConnectionPool;
import dev.weir.upstream.UpstreamSettings;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of callers, the gateway, upstreams, the network between them and time, all on one thread
 * and all decided by one seed. The gateway is the real one from its event loop's channels inwards.
 * What it must never do is checked wherever it shows, frame by frame, and more of it whenever
 * nothing is under way ({@link Quiet}):
 *
 * <ol>
 *   <li>Credit is given for what was received, for all of it, once: {@link SimulatedPeer} for each
 *       frame, {@link ConnectionCredit} and {@link Quiet} to the byte.
 *   <li>Every stream of a client ends in just one of trailers, RST_STREAM and a GOAWAY below it, by
 *       its deadline, and never well unless its upstream said so: {@link SimulatedCall}.
 *   <li>Upstreams see no call more often than it may be tried: {@link SimulatedCall#seen}.
 *   <li>One configuration serves a call: {@link SimulatedCall#seen}, by the path.
 *   <li>Keys are what they were said to be, from then on: {@link SimulatedCall#seen}, and {@link
 *       SimulatedCall} for what is refused. In half of the runs callers show none.
 * </ol>
 */
final class Simulation {
  private static final int[] STREAM_WINDOWS = {1, 50, 1000, 5000, 16_384, 65_535, 128 << 10};
  private static final int[] CONNECTION_WINDOWS = {65_535, 70_000, 1 << 20};
  private static final int PATIENCE = 20_000;
  private static final long SECOND = 1_000_000_000L;
  private static final int PORT = 8080;

  private final long seed;
  private final SplittableRandom random;
  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedLoop eventLoop = new SimulatedLoop(clock);
  private final ConnectionLoop connectionLoop;
  private final CountingAllocator allocator = new CountingAllocator();
  private final Http2Limits downstreamLimits;
  private final Http2Limits upstreamLimits;
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final SimulatedKeys keys;
  private final boolean guarded;
  private final SimulatedNetwork network;
  private final EngineLoop engine;
  private final ConnectionPool pool;
  private final List<EndpointGroup> groups = new ArrayList<>();
  private final List<SimulatedCall> calls = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final Outcomes outcomes;
  private final @Nullable List<String> trace;
  private final int windowGrowth;
  private final boolean calm;
  private final boolean tight;
  private final int upstreams;
  private int version;
  private int troubles;
  private boolean winding;
  private boolean draining;
  private boolean cut;
  private long hash;
  private @Nullable Throwable failure;

  Simulation(long seed, Outcomes outcomes, boolean tracing) {
    this.seed = seed;
    this.outcomes = outcomes;
    this.trace = tracing ? new ArrayList<>() : null;
    random = new SplittableRandom(seed);
    keys = new SimulatedKeys(~seed);
    guarded = Long.bitCount(seed) % 2 == 0;
    windowGrowth = random.nextInt(4) == 0 ? 1 << (10 + random.nextInt(12)) : 0;
    connectionLoop =
        new ConnectionLoop(eventLoop, clock::nanoTime, Timeouts.DEFAULTS, windowGrowth);
    calm = random.nextInt(4) == 0;
    tight = !calm && random.nextInt(8) == 0;
    downstreamLimits = limits(1 + random.nextInt(10));
    upstreamLimits = limits(0);
    upstreams = 1 + random.nextInt(3);
    network = new SimulatedNetwork(this);
    pool = new ConnectionPool(network, connectionLoop, upstreamSettings(), eventLoop);
    engine =
        new EngineLoop(
            snapshots,
            connectionLoop,
            pool,
            Forwarding.DEFAULT,
            keys.admission(),
            new LoopCalls(new ConcurrentHashMap<>(), 10),
            null,
            eventLoop);
    connectionLoop.sweep().watch(_ -> sweep(), eventLoop);
    reload();
    populate();
  }

  private Http2Limits limits(int streams) {
    Http2Limits usual = Http2Limits.DOWNSTREAM;
    return new Http2Limits(
        streams,
        usual.maxHeaderListBytes(),
        usual.maxHeaderFields(),
        usual.maxContinuations(),
        STREAM_WINDOWS[random.nextInt(STREAM_WINDOWS.length)],
        CONNECTION_WINDOWS[random.nextInt(CONNECTION_WINDOWS.length)],
        usual.maxUnreadAnswers());
  }

  private UpstreamSettings upstreamSettings() {
    return new UpstreamSettings(
        upstreamLimits,
        Duration.ofSeconds(5),
        1 + random.nextInt(3),
        tight ? random.nextInt(3) : 10_000,
        Duration.ofSeconds(10));
  }

  private void populate() {
    for (int i = 1 + random.nextInt(random.nextInt(3) + 1); i > 0; i--) {
      SimulatedClient client = new SimulatedClient(this, "client " + (clients.size() + 1));
      clients.add(client);
      network.accept(client, engine, PORT);
      for (int c = 1 + random.nextInt(6); c > 0; c--) {
        SimulatedCall call = new SimulatedCall(this, client, calls.size());
        calls.add(call);
        client.plan(call);
      }
    }
  }

  /** As {@link Engine} does. */
  private boolean sweep() {
    engine.sweep();
    return true;
  }

  // ---- the run ---------------------------------------------------------------------------------

  void run() {
    long before = UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    for (int i = 200 + random.nextInt(400); i > 0 && !isDone(); i--) {
      step();
    }
    windUp();
    finish();
    long now = UnpooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    require(now == before, () -> now - before + " bytes outside of the allocator not released");
  }

  private void step() {
    int dice = random.nextInt(100);
    if (dice < 40) {
      network.deliver();
    } else if (dice < 65) {
      clients.get(random.nextInt(clients.size())).act();
    } else if (dice < 88) {
      network.actOfServer();
    } else if (dice < 96) {
      eventLoop.turn();
    } else {
      happen(random.nextInt(40));
    }
    if (random.nextInt(3) > 0) {
      eventLoop.turn();
    }
    clock.advance(random.nextInt(100_000));
    throwFailure();
  }

  private void happen(int dice) {
    switch (dice) {
      case 0, 1, 2, 3 -> new Quiet(this).settleAndCheck();
      case 4, 5 -> reload();
      case 6, 7, 8, 9, 10, 11, 12, 13 -> network.toggleStall();
      case 14 -> {
        if (!calm) {
          letTimePass(random.nextLong(12 * SECOND));
        }
      }
      case 15 -> drain();
      case 17 -> {
        if (!calm) {
          moveEndpoints();
        }
      }
      case 16 -> {
        if (draining && !calm) {
          cut();
        }
      }
      case 18, 19, 20 -> {
        changeKeys();
        network.finishConnecting();
      }
      default -> network.finishConnecting();
    }
  }

  private boolean isDone() {
    for (int i = 0; i < clients.size(); i++) {
      if (!clients.get(i).isDone()) {
        return false;
      }
    }
    return true;
  }

  /** From here on everybody does what there is to do, until nothing is left. */
  private void windUp() {
    winding = true;
    note("winds up");
    for (int i = 0; i < PATIENCE; i++) {
      clients.forEach(SimulatedClient::act);
      network.actOfServers();
      boolean moved = moveAll();
      throwFailure();
      if (isDone()) {
        return;
      }
      if (!moved && network.isIdle()) {
        require(network.isAnyBroken(), () -> "nothing goes on for " + openCalls());
        note("waits");
        letTimePass(SECOND);
        require(i % 1000 < 999, "patience");
      }
    }
    throw new AssertionError("calls that do not end: " + openCalls());
  }

  /** Everything on its way arrives, once; whether anything was. */
  boolean moveAll() {
    boolean delivered = network.deliverAll();
    return eventLoop.turn() || delivered;
  }

  private List<SimulatedCall> openCalls() {
    return calls.stream().filter(call -> call.isBegun() && !call.isOver()).toList();
  }

  /** Nothing is left of anything. */
  private void finish() {
    Quiet quiet = new Quiet(this);
    quiet.settleAndCheck();
    if (!draining && !cut) {
      quiet.checkThatNothingWaits();
    }
    clients.forEach(SimulatedClient::leave);
    quiet.settle();
    require(engine.connections().size() == 0, "connections of clients left");
    pool.close();
    quiet.settle();
    letTimePass(20 * SECOND);
    quiet.settle();
    network.checkOver();
    require(allocator.buffers() == 0, () -> allocator.buffers() + " buffers not released");
    require(allocator.bytes() == 0, () -> allocator.bytes() + " bytes not released");
    require(
        engine.activity().equals(Activity.NONE),
        () -> "counted when there is nothing left: " + engine.activity());
    throwFailure();
  }

  // ---- what happens to the gateway -------------------------------------------------------------

  /** Another configuration, which upstreams see in the path. */
  private void reload() {
    version++;
    note("reloads to version " + version);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < upstreams; i++) {
      members.add(new Member("upstream", 1000 + i, "upstream" + i, "/g" + version, Transport.H2C));
    }
    EndpointGroup group = new EndpointGroup("simulated", members, random::nextDouble);
    publish(group, 0);
    groups.add(group);
    RouteTable.Builder<RouteAction> routes = RouteTable.builder();
    Access access = guarded ? SimulatedKeys.access() : null;
    routes.add(
        PORT,
        null,
        "/",
        "api",
        new RouteAction.Forward("api", group, 0, false, null, access, null));
    snapshots.replace(new Snapshot(version, routes.build(), false));
  }

  private void changeKeys() {
    if (guarded && !calm) {
      note("changes key " + keys.change(nowNanos()));
    }
  }

  private void drain() {
    if (!draining) {
      note("drains");
      draining = true;
      engine.connections().drain();
      eventLoop.schedule(engine.connections()::finishDrain, 1, TimeUnit.SECONDS);
    }
  }

  private void cut() {
    if (!cut) {
      note("cuts");
      cut = true;
      engine.cut();
    }
  }

  /** Time passes, with its timers, while nobody does anything. */
  private void letTimePass(long nanos) {
    Quiet quiet = new Quiet(this);
    quiet.settle();
    troubles++;
    long left = nanos;
    for (long next = eventLoop.untilNextTimer(); next >= 0 && next <= left; ) {
      clock.advance(next);
      left -= next;
      quiet.settle();
      next = eventLoop.untilNextTimer();
    }
    clock.advance(left);
  }

  /** The names of an earlier or the present configuration have other addresses. */
  private void moveEndpoints() {
    note("has other addresses");
    troubles++;
    publish(groups.get(random.nextInt(groups.size())), random.nextInt(3));
  }

  private static void publish(EndpointGroup group, int which) {
    List<InetAddress> addresses =
        List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"));
    group.publish(
        _ -> new Resolution.Resolved(which == 2 ? addresses : List.of(addresses.get(which))));
  }

  long nowNanos() {
    return clock.nanoTime();
  }

  /** What callers show; null where they need not. */
  @Nullable SimulatedKeys keys() {
    return guarded ? keys : null;
  }

  // ---- for those who take part -----------------------------------------------------------------

  SplittableRandom random() {
    return random;
  }

  CountingAllocator allocator() {
    return allocator;
  }

  SimulatedLoop eventLoop() {
    return eventLoop;
  }

  ConnectionLoop connectionLoop() {
    return connectionLoop;
  }

  SimulatedNetwork network() {
    return network;
  }

  List<SimulatedCall> calls() {
    return calls;
  }

  SimulatedCall call(int number) {
    return calls.get(number);
  }

  Http2Limits downstreamLimits() {
    return downstreamLimits;
  }

  Http2Limits upstreamLimits() {
    return upstreamLimits;
  }

  /** What passes the gateway's windows in a few rounds. */
  int longestPayload() {
    return 40 * Math.min(downstreamLimits.streamWindowBytes(), upstreamLimits.streamWindowBytes());
  }

  /** By how much the windows of all streams of the gateway may grow, together. */
  int windowGrowth() {
    return windowGrowth;
  }

  /** Whether nobody does harm: then every call has to end as its upstream says. */
  boolean isCalm() {
    return calm;
  }

  /** Whether only a few calls may wait for a stream. */
  boolean isTight() {
    return tight;
  }

  boolean isWinding() {
    return winding;
  }

  boolean isDraining() {
    return draining;
  }

  boolean isCut() {
    return cut;
  }

  /** The number of the configuration that holds now. */
  int version() {
    return version;
  }

  /** How much has happened that a call with no attempt may fail for. */
  int troubles() {
    return troubles;
  }

  void trouble() {
    troubles++;
  }

  void ended(SimulatedCall call) {
    note(call + " ends: " + call.outcome());
    outcomes.count(call);
  }

  // ---- failing, and telling what happened ------------------------------------------------------

  /** The gateway's own code failed somewhere where Netty caught it. */
  void failed(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  private void throwFailure() {
    if (failure != null) {
      throw new AssertionError("the gateway's own code failed: " + failure, failure);
    }
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  static void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }

  boolean isTracing() {
    return trace != null;
  }

  void note(String event) {
    if (trace != null) {
      trace.add(event);
    }
  }

  List<String> trace() {
    return trace == null ? List.of() : trace;
  }

  /** Mixes what was seen into the fingerprint of the run. */
  void hash(long one, long other) {
    hash = (hash * 31 + one) * 31 + other;
  }

  /** The same for two runs that went the same way. */
  long fingerprint() {
    return hash;
  }

  @Override
  public String toString() {
    return "simulation " + seed;
  }
}
