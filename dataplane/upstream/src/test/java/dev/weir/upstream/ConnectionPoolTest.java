package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.Endpoint;
import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Resolution;
import dev.weir.balance.Transport;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Http2Connection;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that wait for a stream, and endpoints that leave. No sockets; the test moves the time. */
class ConnectionPoolTest {
  /** Resets that a server bears at once. */
  private static final int BEARABLE = 36;

  /** Connections that there may be, worn ones among them. */
  private static final int MOST = 3 * UpstreamSettings.DEFAULTS.maxConnections();

  /** Resets that may be owed on a connection that takes calls. */
  private static final int MAX_OWED = 1000;

  /** Which connection has the fewest calls where all are worn. */
  private static final int FEWEST = 5;

  private static final long SECOND = 1_000_000_000;

  private static final Duration WAIT = UpstreamSettings.DEFAULTS.maxWait();

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Wire> wires = new ArrayList<>();
  private final List<TestSeeker> seekers = new ArrayList<>();
  private long now = 1;

  /** How much time passes whenever somebody looks at the clock. */
  private long lookNanos;

  private final ConnectionLoop loop = new ConnectionLoop(tasks::add, () -> now += lookNanos);

  /** Has timers only for what is put off. */
  private final EmbeddedChannel later = new EmbeddedChannel();

  private ConnectionPool pool = pool(UpstreamSettings.DEFAULTS);
  private final EndpointGroup group =
      new EndpointGroup(
          "group", List.of(new Member("host", 1, "host:1", "", Transport.H2C)), () -> 0.5);
  private Endpoint endpoint = publish("::1");

  /** Streams that a server allows on a connection. */
  private int allowed = 100;

  /** Whether a server ends a connection at once. */
  private boolean leaves;

  /** Whether nothing that is sent arrives. */
  private boolean gone;

  /** What the gateway sent when it had nothing else to say. */
  private int pings;

  /** Whether servers say that they speak HTTP/2, and nothing after that. */
  private boolean deaf;

  /** Whether no connection comes about. */
  private boolean refuses;

  /** Nothing is left of a pool that closes, whatever was going on. */
  @AfterEach
  void close() {
    seekers.forEach(TestSeeker::giveUp);
    assertThat(pool.waiting()).isZero();
    pool.close();
    sweep();
    assertThat(pool.connections()).isZero();
    assertThat(pool.openStreams()).isZero();
    for (Wire wire : wires) {
      wire.near.close();
      wire.far.close();
    }
    assertThat(loop.grownWindowBytes()).isZero();
    assertThat(loop.buffered().used()).isZero();
  }

  private record Wire(EmbeddedChannel near, EmbeddedChannel far, Server server) {}

  // ---- waiting ---------------------------------------------------------------------------------

  @Test
  void aCallWaitsForAStreamNoLongerThanTheLimit() {
    allowed = 0;
    TestSeeker call = open();

    pass(WAIT.minusNanos(1));
    assertThat(call.outcome()).isNull();
    pass(Duration.ofNanos(1));

    assertThat(call.outcome())
        .isEqualTo(
            "QUEUE_TIMEOUT: no stream came free in 10 s: the server allows 0 on a connection;"
                + " open connections: 1");
    assertThat(endpoint.isResting(now)).isTrue();
  }

  @Test
  void anEndpointWhoseStreamsAreAllInUseDoesNotRest() {
    allowed = 1;
    List<TestSeeker> calls = calls(UpstreamSettings.DEFAULTS.maxConnections());
    TestSeeker waits = open();

    pass(WAIT);

    assertThat(waits.outcome()).startsWith("QUEUE_TIMEOUT");
    assertThat(calls).allMatch(call -> call.stream().isOpen());
    assertThat(endpoint.isResting(now)).isFalse();
  }

  @Test
  void callsThatCameLaterWaitOn() {
    allowed = 0;
    TestSeeker early = open();
    pass(Duration.ofSeconds(1));
    TestSeeker late = open();

    pass(WAIT.minusSeconds(1));

    assertThat(early.outcome()).startsWith("QUEUE_TIMEOUT");
    assertThat(late.outcome()).isNull();
    pass(Duration.ofSeconds(1));
    assertThat(late.outcome()).startsWith("QUEUE_TIMEOUT");
  }

  @Test
  void thousandsThatWaitedLongEnoughAreToldInSeveralTurns() {
    allowed = 0;
    List<TestSeeker> calls = calls(2000);

    now += WAIT.toNanos();
    toldInSeveralTurns(calls, pool::sweep, "QUEUE_TIMEOUT");
  }

  @Test
  void thousandsForWhomNoConnectionComesAboutAreToldInSeveralTurns() {
    List<TestSeeker> calls = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      calls.add(new TestSeeker());
      pool.open(endpoint, calls.getLast());
    }

    refuses = true;
    toldInSeveralTurns(calls, this::run, "CONNECT_FAILED");
  }

  /** One who gives up before it is told is not told; all others are. */
  private void toldInSeveralTurns(List<TestSeeker> calls, Runnable telling, String outcome) {
    lookNanos = 200_000;
    telling.run();
    lookNanos = 0;
    assertThat(told(calls)).isBetween(1L, 1000L);
    assertThat(pool.waiting()).isZero();

    calls.getLast().giveUp();
    later.runScheduledPendingTasks();
    assertThat(told(calls)).isEqualTo(calls.size() - 1L);
    assertThat(calls.getFirst().outcome()).startsWith(outcome);
    assertThat(calls.getLast().outcome()).isNull();
  }

  private static long told(List<TestSeeker> calls) {
    return calls.stream().filter(call -> call.outcome() != null).count();
  }

  @Test
  void aCallThatGaveUpHearsNothingMore() {
    allowed = 0;
    TestSeeker call = open();

    call.giveUp();
    pass(WAIT);

    assertThat(call.outcome()).isNull();
    assertThat(endpoint.isResting(now)).isFalse();
  }

  @Test
  void aCallThatGotItsStreamIsNotTimedAnyMore() {
    TestSeeker call = open();

    pass(WAIT.multipliedBy(100));

    assertThat(call.outcome()).isEqualTo("opened");
  }

  @Test
  void aStreamThatEndsIsTheNextCallsStream() {
    allowed = 1;
    List<TestSeeker> running = new ArrayList<>();
    for (int i = 0; i < UpstreamSettings.DEFAULTS.maxConnections(); i++) {
      running.add(open());
    }
    TestSeeker waiting = open();
    TestSeeker behind = open();
    assertThat(waiting.outcome()).isNull();

    running.get(3).stream().reset(8);
    run();

    assertThat(waiting.outcome()).isEqualTo("opened");
    assertThat(behind.outcome()).isNull();
  }

  @Test
  void aServerThatLeavesWithoutACallIsNotDialledAgainAtOnce() {
    allowed = 0;
    leaves = true;
    TestSeeker call = open();

    assertThat(wires).hasSize(1);
    assertThat(call.outcome())
        .isEqualTo("CONNECT_FAILED: the server went away before it took a call");
    assertThat(endpoint.isResting(now)).isTrue();
  }

  @Test
  void aServerThatLeavesAfterACallIsDialledForThoseThatWait() {
    allowed = 1;
    TestSeeker running = open();
    UpstreamSettings base = UpstreamSettings.DEFAULTS;
    for (int i = 1; i < base.maxConnections(); i++) {
      open();
    }
    TestSeeker waiting = open();
    assertThat(waiting.outcome()).isNull();

    Objects.requireNonNull(wires.getFirst().server.connection).drain();
    run();

    assertThat(running.outcome()).isEqualTo("opened");
    assertThat(waiting.outcome()).isEqualTo("opened");
  }

  @Test
  void aLineThatIsFullTakesNobody() {
    allowed = 0;
    UpstreamSettings base = UpstreamSettings.DEFAULTS;
    ConnectionPool small =
        pool(new UpstreamSettings(base.limits(), base.connectTimeout(), 1, 2, base.maxWait()));
    List<TestSeeker> three = List.of(new TestSeeker(), new TestSeeker(), new TestSeeker());

    three.forEach(call -> small.open(endpoint, call));
    run();

    assertThat(three.get(1).outcome()).isNull();
    assertThat(three.get(2).outcome()).isEqualTo("QUEUE_FULL: 2 calls wait for host:1");
    three.getFirst().giveUp();
    TestSeeker next = new TestSeeker();
    small.open(endpoint, next);
    run();
    assertThat(next.outcome()).isNull();
    small.close();
  }

  // ---- the end of an iteration -----------------------------------------------------------------

  @Test
  void aCallThatIsGivenUpAtOnceCostsTheEndpointNothing() {
    TestSeeker call = new TestSeeker();

    pool.open(endpoint, call);
    call.giveUp();
    run();

    assertThat(call.outcome()).isNull();
    assertThat(wires).isEmpty();
  }

  @Test
  void aCallGetsItsStreamWhenTheIterationEnds() {
    open();
    TestSeeker call = new TestSeeker();

    pool.open(endpoint, call);
    assertThat(call.outcome()).isNull();
    endIteration();

    assertThat(call.outcome()).isEqualTo("opened");
  }

  @Test
  void aCallInAHurryGetsItsStreamAtOnce() {
    open();
    TestSeeker call = new TestSeeker();
    pool.open(endpoint, call);

    pool.openNow(endpoint, call);
    assertThat(call.outcome()).isEqualTo("opened");
    Http2Stream stream = call.stream();
    pool.openNow(endpoint, call);
    endIteration();

    assertThat(call.stream()).isSameAs(stream);
  }

  @Test
  void hurryingIsOfNoUseWithoutRoom() {
    TestSeeker call = new TestSeeker();
    pool.open(endpoint, call);

    pool.openNow(endpoint, call);
    assertThat(call.outcome()).isNull();
    run();

    assertThat(call.outcome()).isEqualTo("opened");
  }

  // ---- resets (B10) ----------------------------------------------------------------------------

  @Test
  void callsGoOnWhereResetsAreOwedUntilAnotherConnectionIsOpen() {
    TestSeeker before = open();
    Http2Connection first = before.stream().connection();
    cancel(BEARABLE + 1);
    assertThat(wires).hasSize(2);

    TestSeeker meanwhile = new TestSeeker();
    pool.open(endpoint, meanwhile);
    endIteration();
    assertThat(meanwhile.stream().connection()).isSameAs(first);
    run();

    assertThat(first.isDraining()).isTrue();
    assertThat(open().stream().connection()).isNotSameAs(first);
    assertThat(before.stream().isOpen()).isTrue();
    assertThat(meanwhile.stream().isOpen()).isTrue();
    assertThat(wires).hasSize(2);
  }

  @Test
  void callsGoOnWhereResetsAreOwedWhileNoOtherConnectionComesAbout() {
    Http2Connection first = open().stream().connection();
    refuses = true;
    cancel(BEARABLE + 1);
    run();

    assertThat(open().stream().connection()).isSameAs(first);
    assertThat(endpoint.isResting(now)).isFalse();

    refuses = false;
    sweep();
    assertThat(open().stream().connection()).isNotSameAs(first);
  }

  @Test
  void aConnectionThatOwesIsLeftAtOnceWhenThereIsAnother() {
    allowed = BEARABLE + 10;
    List<TestSeeker> calls = calls(allowed + 1);
    Http2Connection first = calls.getFirst().stream().connection();
    Http2Connection second = calls.getLast().stream().connection();
    assertThat(second).isNotSameAs(first);

    calls.subList(0, BEARABLE + 1).forEach(call -> call.stream().reset(8));

    assertThat(first.isDraining()).isTrue();
    assertThat(calls.get(BEARABLE + 1).stream().isOpen()).isTrue();
    assertThat(open().stream().connection()).isSameAs(second);
    assertThat(wires).hasSize(2);
  }

  /** Each of them with a call that does not end, so that it never closes. */
  @Test
  void connectionsThatWereLeftAreNoMoreThanTwoForEachThatMayTakeCalls() {
    allowed = 2000;
    List<TestSeeker> endless = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      endless.add(open());
      cancel(BEARABLE + 1);
      run();
    }

    assertThat(wires).hasSize(MOST);
    assertThat(pool.connections()).isEqualTo(MOST);
    assertThat(endless).allMatch(call -> call.stream().isOpen());
    assertThat(open().outcome()).isEqualTo("opened");
  }

  @Test
  void whereThereMayBeNoOtherConnectionOneTakesCallsAgainThatOwesNoneAnyMore() {
    allowed = 2000;
    wearMost();
    Http2Connection last = open().stream().connection();
    cancel(BEARABLE);
    pass(Duration.ofSeconds(1));
    Http2Connection recovered = open().stream().connection();

    assertThat(recovered).isNotSameAs(last);
    assertThat(recovered.isDraining()).isFalse();
    assertThat(last.isDraining()).isTrue();
    pass(Duration.ofMinutes(5));
    cancel(3 * BEARABLE);
    run();
    assertThat(recovered.isDraining()).isTrue();
    assertThat(open().outcome()).isEqualTo("opened");
    assertThat(wires).hasSize(MOST);
  }

  @Test
  void aConnectionThatItsServerLeavesTakesNoCallsAgain() {
    wearMost();
    wires.forEach(wire -> Objects.requireNonNull(wire.server.connection).drain());
    run();
    pass(Duration.ofSeconds(1));

    assertThat(open().outcome()).isEqualTo("opened");
    assertThat(wires).hasSize(MOST + 1);
  }

  @Test
  void whereThereAreTooManyTheOneWithTheFewestCallsCloses() {
    allowed = 2000;
    List<TestSeeker> endless = wearMost();
    calls(2);
    cancel(MAX_OWED);
    run();

    assertThat(open().outcome()).isEqualTo("opened");
    assertThat(pool.connections()).isEqualTo(MOST);
    assertThat(endless.get(FEWEST).outcome()).isEqualTo("reset: CONNECTION_LOST");
    assertThat(endless.stream().filter(call -> call.stream().isOpen())).hasSize(MOST - 1);
  }

  /** As many connections as there may be, all worn, with calls that do not end: one has but one. */
  private List<TestSeeker> wearMost() {
    List<TestSeeker> endless = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      endless.add(open());
      calls(i == FEWEST ? 0 : 1);
      cancel(BEARABLE + 1);
      run();
    }
    return endless;
  }

  private List<TestSeeker> calls(int count) {
    List<TestSeeker> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(open());
    }
    return calls;
  }

  /** Opens so many calls and cancels them in one iteration, which does not end yet. */
  private void cancel(int count) {
    calls(count).forEach(call -> call.stream().reset(8));
  }

  // ---- stream identifiers (B5) -----------------------------------------------------------------

  @Test
  void b5AConnectionThatRunsOutOfIdentifiersIsReplacedAndNoCallWaitsOrFails() {
    pool = poolWithWornStream(1001);
    TestSeeker early = open();
    for (int i = 1; i < 5000; i++) {
      if (i % 100 == 0) {
        pool.sweep();
      }
      TestSeeker call = new TestSeeker();
      pool.open(endpoint, call);
      endIteration();
      assertThat(call.outcome()).isEqualTo("opened");
      run();
      call.stream().reset(ErrorCode.NO_ERROR);
      now += SECOND;
    }
    sweep();

    assertThat(wires).hasSizeBetween(9, 10);
    assertThat(early.outcome()).isEqualTo("opened");
    assertThat(early.stream().isOpen()).isTrue();
    // The one with the early call, and the last.
    assertThat(pool.connections()).isEqualTo(2);
  }

  @Test
  void b5CallsGoOnWhereIdentifiersRunOutWhileNoOtherConnectionComesAbout() {
    pool = poolWithWornStream(3);
    Http2Connection first = open().stream().connection();
    refuses = true;
    sweep();

    assertThat(open().stream().connection()).isSameAs(first);
    assertThat(endpoint.isResting(now)).isFalse();

    refuses = false;
    sweep();
    assertThat(first.isDraining()).isTrue();
    assertThat(open().stream().connection()).isNotSameAs(first);
  }

  @Test
  void b5AConnectionIsWornByThreeQuartersOfTheIdentifiers() {
    assertThat(UpstreamSettings.DEFAULTS.wornStream()).isEqualTo((int) ((1L << 31) / 4 * 3));
  }

  private ConnectionPool poolWithWornStream(int wornStream) {
    UpstreamSettings base = UpstreamSettings.DEFAULTS;
    return pool(
        new UpstreamSettings(
            base.limits(),
            base.connectTimeout(),
            base.maxConnections(),
            base.maxWaiting(),
            base.maxWait(),
            wornStream,
            base.keepalive()));
  }

  // ---- keepalive -------------------------------------------------------------------------------

  @Test
  void d6AnEndpointThatHasTooManyPingsGetsHalfOfThem() {
    pool = poolWithKeepalive(10, 5);
    open();
    assertThat(secondsToPing()).isEqualTo(10);

    sendAway(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");
    assertThat(secondsToPing()).isEqualTo(20);
    sendAway(ErrorCode.ENHANCE_YOUR_CALM, "too many something else");
    assertThat(secondsToPing()).isEqualTo(20);
    sendAway(ErrorCode.NO_ERROR, "too_many_pings");
    assertThat(secondsToPing()).isEqualTo(20);
    sendAway(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");
    assertThat(secondsToPing()).isEqualTo(40);
  }

  @Test
  void anEndpointThatAnswersPingsIsKeptForHours() {
    pool = poolWithKeepalive(10, 5);
    TestSeeker call = open();

    for (int i = 0; i < 2 * 3600; i++) {
      pass(Duration.ofSeconds(1));
    }

    assertThat(call.stream().isOpen()).isTrue();
    assertThat(pings).isGreaterThan(500);
  }

  @Test
  void anEndpointThatIsGoneIsLeftAndCallsGoOnElsewhere() {
    pool = poolWithKeepalive(10, 5);
    TestSeeker call = open();
    sweep();
    gone = true;

    pass(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(4));
    assertThat(call.stream().isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(call.outcome()).isEqualTo("reset: CONNECTION_LOST");

    gone = false;
    assertThat(open().outcome()).isEqualTo("opened");
    assertThat(wires).hasSize(2);
  }

  @Test
  void withoutKeepaliveThereAreNoPings() {
    open();
    pass(Duration.ofHours(5));
    assertThat(pings).isZero();
  }

  private ConnectionPool poolWithKeepalive(int seconds, int timeoutSeconds) {
    return pool(
        UpstreamSettings.DEFAULTS.with(
            new UpstreamSettings.Keepalive(
                Duration.ofSeconds(seconds), Duration.ofSeconds(timeoutSeconds))));
  }

  private int secondsToPing() {
    pass(Duration.ZERO);
    int before = pings;
    for (int seconds = 1; seconds < 1000; seconds++) {
      pass(Duration.ofSeconds(1));
      if (pings > before) {
        return seconds;
      }
    }
    return 0;
  }

  /** The server ends the connection, and another one is opened for the next call. */
  private void sendAway(int code, String why) {
    Objects.requireNonNull(wires.getLast().server.connection).close(code, why);
    run();
    open();
  }

  // ---- servers that read nothing (D10) ---------------------------------------------------------

  @Test
  void aServerThatAcknowledgesNothingRestsAndGetsNoFurtherCallBeforeItDoes() {
    deaf = true;
    TestSeeker lost = open();
    assertThat(lost.outcome()).isEqualTo("opened");
    letTimersRun();
    assertThat(lost.outcome()).isEqualTo("reset: CONNECTION_LOST");
    assertThat(endpoint.isResting(now)).isTrue();

    TestSeeker sentAway = open();
    assertThat(sentAway.outcome()).isNull();
    assertThat(wires).hasSize(2);
    now += SECOND;
    letTimersRun();
    assertThat(sentAway.outcome())
        .isEqualTo("NOT_HTTP2: does not speak HTTP/2 here (SETTINGS not acknowledged in time)");
    assertThat(endpoint.isResting(now)).isTrue();

    deaf = false;
    assertThat(open().outcome()).isEqualTo("opened");
    assertThat(endpoint.isResting(now)).isFalse();
    deaf = true;
    assertThat(open().outcome()).isEqualTo("opened");
  }

  /** Its timers of connection and call are of the same length: whichever ends first. */
  @Test
  void aCallThatWaitsForAConnectionInVainGoesElsewhere() {
    deaf = true;
    open();
    letTimersRun();
    TestSeeker waits = open();

    pass(WAIT);

    assertThat(waits.outcome())
        .isEqualTo("CONNECT_FAILED: no stream came free in 10 s: no connection could be opened");
    assertThat(endpoint.isResting(now)).isTrue();
  }

  @Test
  void oneConnectionThatIsReadKeepsAnEndpointThatDoesNotReadAnother() {
    allowed = 1;
    TestSeeker kept = open();
    deaf = true;
    TestSeeker lost = open();
    assertThat(lost.outcome()).isEqualTo("opened");

    letTimersRun();

    assertThat(lost.outcome()).isEqualTo("reset: CONNECTION_LOST");
    assertThat(kept.stream().isOpen()).isTrue();
    assertThat(endpoint.isResting(now)).isFalse();
  }

  /** Past the start of a connection, and past the acknowledgement of SETTINGS. */
  private void letTimersRun() {
    for (Wire wire : List.copyOf(wires)) {
      for (int i = 0; i < 2; i++) {
        wire.near.advanceTimeBy(10, TimeUnit.SECONDS);
        wire.near.runScheduledPendingTasks();
      }
    }
    run();
  }

  // ---- leaving ---------------------------------------------------------------------------------

  @Test
  void anAddressThatLeavesDnsLosesItsIdleConnections() {
    open().stream().reset(8);
    run();

    publish("::2");
    sweep();

    assertThat(wires.getFirst().server.isDraining).isTrue();
    assertThat(pool.endpoints()).isZero();
  }

  @Test
  void streamsToAnAddressThatLeftRunToTheirEnd() {
    TestSeeker call = open();

    publish("::2");
    sweep();
    assertThat(call.outcome()).isEqualTo("opened");
    assertThat(call.stream().isOpen()).isTrue();
    assertThat(pool.endpoints()).isEqualTo(1);

    call.stream().reset(8);
    sweep();
    assertThat(pool.endpoints()).isZero();
  }

  @Test
  void callsThatWaitForAnAddressThatLeftGoElsewhere() {
    allowed = 0;
    TestSeeker call = open();

    publish("::2");
    sweep();

    assertThat(call.outcome()).startsWith("CONNECT_FAILED");
    assertThat(pool.endpoints()).isZero();
  }

  @Test
  void anAddressThatStaysKeepsItsConnections() {
    open().stream().reset(8);
    run();

    publish("::1");
    sweep();

    assertThat(wires.getFirst().server.isDraining).isFalse();
    assertThat(pool.endpoints()).isEqualTo(1);
  }

  // ---- the bench -------------------------------------------------------------------------------

  private ConnectionPool pool(UpstreamSettings settings) {
    return new ConnectionPool(this::connect, loop, settings, later.eventLoop());
  }

  private Endpoint publish(String address) {
    group.publish(_ -> new Resolution.Resolved(List.of(InetAddress.ofLiteral(address))));
    endpoint = group.endpoints().getFirst();
    return endpoint;
  }

  private TestSeeker open() {
    TestSeeker seeker = new TestSeeker();
    seekers.add(seeker);
    pool.open(endpoint, seeker);
    run();
    return seeker;
  }

  private void pass(Duration time) {
    now += time.toNanos();
    sweep();
  }

  /** Twice: connections that end are seen by the next. */
  private void sweep() {
    pool.sweep();
    run();
    pool.sweep();
    run();
  }

  private ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    if (refuses) {
      return new EmbeddedChannel().newFailedFuture(new ConnectException("refused"));
    }
    Http2Limits base = Http2Limits.DOWNSTREAM;
    Http2Limits limits =
        new Http2Limits(
            allowed,
            base.maxHeaderListBytes(),
            base.maxHeaderFields(),
            base.maxContinuations(),
            base.streamWindowBytes(),
            base.connectionWindowBytes(),
            base.maxUnreadAnswers());
    Server server = new Server();
    Http2ChannelHandler serverHandler =
        Http2ChannelHandler.server(loop, limits, server, 1_000_000_000L);
    Http2Connection connection = serverHandler.connection();
    server.connection = connection;
    EmbeddedChannel far = new EmbeddedChannel(serverHandler);
    if (leaves) {
      connection.drain();
    }
    EmbeddedChannel near = new EmbeddedChannel(handler);
    wires.add(new Wire(near, far, server));
    return near.newSucceededFuture();
  }

  private void endIteration() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void run() {
    boolean moved;
    do {
      moved = false;
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
        moved = true;
      }
      for (Wire wire : List.copyOf(wires)) {
        moved |= move(wire.near, wire.far);
        moved |= move(wire.far, wire.near);
      }
    } while (moved);
  }

  private boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    boolean moved = false;
    for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      pings += isPing(bytes) ? 1 : 0;
      if (gone || (deaf && isAcknowledgement(bytes)) || !to.isOpen()) {
        bytes.release();
      } else {
        to.writeInbound(bytes);
      }
      moved = true;
    }
    return moved;
  }

  private static boolean isPing(ByteBuf bytes) {
    return bytes.readableBytes() == 17 && bytes.getByte(3) == 6 && bytes.getByte(4) == 0;
  }

  /** At the end of what is sent at once: SETTINGS, without payload, with the flag. */
  private static boolean isAcknowledgement(ByteBuf bytes) {
    int at = bytes.writerIndex() - 9;
    return at >= 0 && bytes.getMedium(at) == 0 && bytes.getShort(at + 3) == 0x0401;
  }

  /** Leaves every call open. */
  private static final class Server implements ConnectionHandler {
    private boolean isDraining;
    private @Nullable Http2Connection connection;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      return new TestSeeker();
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
      throw new IllegalStateException();
    }

    @Override
    public void onDraining() {
      isDraining = true;
    }
  }
}
