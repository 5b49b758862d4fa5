package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Bystander;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.proto.EchoRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A gateway under attack: a process of its own with one event loop, a real server behind it, and a
 * bystander whose calls share loop and upstream connection with the attackers'. Each way to play an
 * attack checks what has to hold after every one of them (BASE): (a) the bystander is unharmed, (b)
 * the memory that the attack took is bounded and given back, (c) so is its CPU time, and no event
 * loop is held up, (d) the process is alive and has logged no fault and no leak, (e) the reason has
 * been counted and logged with the attacker's address. That connections end politely (f) is for
 * each attack to look at.
 *
 * <p>Every attack is played by one attacker, once. {@code -Dweir.siege.connections=50
 * -Dweir.siege.seconds=10} play it by as many at a time, again and again, for as long, after plays
 * of two seconds by one that only warm the gateway up; except for those that are judged by what one
 * server saw, or are a server's: they are played by one.
 */
final class Siege implements AutoCloseable {

  /** The path of the bystander's calls. */
  static final String PATH = "/weir.testkit.Echo/Unary";

  /** The reason for attacks that break no rule of a connection. */
  static final String NO_FAULT = "";

  /** Whether attacks are played for a while, on a gateway that is warm. */
  static final boolean LONG = Long.getLong("weir.siege.seconds", 0) > 0;

  private static final int CONNECTIONS = Integer.getInteger("weir.siege.connections", 1);
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("weir.siege.seconds", 0));
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** Attacks by frames that ask for nothing, by the hundred thousand on each connection. */
  private static final Pattern FLOOD = Pattern.compile("(b1|b2|b3|b8|c1|c2|c8)[A-Z].*");

  private static final long MOST_NANOS_OF_A_FRAME = 1000;

  /** As many before they are measured: in the long form what they run is compiled by then. */
  private static final int BASELINE_CALLS = LONG ? 5000 : 300;

  /**
   * How many honest calls a frame may cost: in E12 it is a request of HTTP/1.1, which is dearer.
   */
  private static final int CALLS_FOR_A_FRAME = LONG ? 2 : 1;

  private static final int CALLS_AFTERWARDS = 20;

  private static final Duration CALL_INTERVAL = Duration.ofMillis(5);
  private static final int SILENT_STREAMS = 20;

  /** As a server of Netty is by default: too many resets by us would end its connection. */
  private final EchoBackend backend =
      EchoBackend.start("behind", 0, server -> server.maxRstFramesPerWindow(200, 30));

  private final WeirProcess weir;
  private final int adminPort;
  private final Vitals vitals;
  private final Base base;
  private final ThreadLocal<List<WirePeer>> mine = ThreadLocal.withInitial(ArrayList::new);
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final Bystander direct;
  private Bystander bystander;

  /** Whether the gateway had to stand still to have its heap counted, which costs time, too. */
  private volatile boolean looked;

  private Pace quiet = new Pace(Duration.ZERO, Duration.ofNanos(1));
  private long quietNanosPerCall;

  private Siege(List<String> jvmOptions, Map<String, Object> weirKeys, Api... apis) {
    Api echo = Api.of("echo", backend.target()).at("/weir.testkit.Echo");
    var keys = new HashMap<String, Object>(Map.of("event_loops", 1));
    keys.putAll(weirKeys);
    this.adminPort = Ports.free();
    keys.put("admin", Map.of("address", "127.0.0.1:" + adminPort));
    int probePort = Ports.free();
    this.weir =
        WeirProcess.probed(
            Stream.concat(
                    Stream.of(
                        "-Xms128m",
                        "-Xmx128m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+StartAttachListener",
                        "-Dweir.probe.port=" + probePort,
                        "-Dio.netty.leakDetection.level=" + (LONG ? "simple" : "paranoid"),
                        "-XX:TieredStopAtLevel=" + (LONG ? 4 : 1)),
                    jvmOptions.stream())
                .toList(),
            Map.of(
                "weir",
                keys,
                "enable_custom_domains",
                true,
                "http_server_options",
                Map.of("enable_http2", true)),
            Stream.concat(Stream.of(echo), Stream.of(apis)).toArray(Api[]::new));
    this.vitals = new Vitals(weir.pid(), probePort);
    this.base = new Base(weir, vitals, adminPort, costOfACall());
    this.bystander = newBystander();
    this.direct = Bystander.at(backend.port(), CALL_INTERVAL, 0);
    if (LONG) {
      beQuiet();
    }
  }

  /** A gateway that serves the bystander's API and these. */
  static Siege of(Api... apis) {
    return new Siege(List.of(), Map.of(), apis);
  }

  /** The same with further keys in its {@code weir} object. */
  static Siege with(Map<String, Object> weirKeys, Api... apis) {
    return new Siege(List.of(), weirKeys, apis);
  }

  /** The same with further options for the Java machine. */
  static Siege tuned(List<String> jvmOptions, Api... apis) {
    return new Siege(jvmOptions, Map.of(), apis);
  }

  private long costOfACall() {
    try (var honest = EchoClient.to(port())) {
      call(honest, BASELINE_CALLS);
      long before = vitals.probe().cpuNanos();
      call(honest, BASELINE_CALLS);
      return CALLS_FOR_A_FRAME * (vitals.probe().cpuNanos() - before) / BASELINE_CALLS;
    }
  }

  private static void call(EchoClient client, int times) {
    for (int i = 0; i < times; i++) {
      client.unary("honest").reply();
    }
  }

  private void beQuiet() {
    LockSupport.parkNanos(QUIET.toNanos());
    takePace();
    int calls = bystander.calls();
    long cpuNanos = vitals.probe().cpuNanos();
    LockSupport.parkNanos(QUIET.toNanos());
    quiet = takePace();
    quietNanosPerCall =
        (vitals.probe().cpuNanos() - cpuNanos) / Math.max(1, bystander.calls() - calls);
  }

  int port() {
    return weir.port();
  }

  /**
   * The server behind the gateway, which the bystander's calls and others on {@link #PATH} reach.
   */
  EchoBackend backend() {
    return backend;
  }

  /** What the gateway holds on its heap, after a collection. */
  long heapBytes() {
    looked = true;
    return vitals.heap().bytes();
  }

  /** The same and what Netty holds outside of the heap. */
  long heldBytes() {
    return heapBytes() + vitals.probe().directBytes();
  }

  /** The time that the event loop has spent on a core. */
  long loopNanos() {
    return vitals.probe().loopNanos();
  }

  /** The request for so many replies of so many bytes, whole. */
  static Frame download(int stream, int replies, int bytes) {
    var request = EchoRequest.newBuilder().setReplies(replies).setReplyBytes(bytes).build();
    return Frame.message(stream, request.toByteArray()).last();
  }

  /** Waits until this many of the bystander's calls have ended. */
  void awaitCalls(int count) {
    bystander.awaitCalls(count);
  }

  /** What the gateway has counted so far, as an operator sees it. */
  Metrics metrics() {
    return Metrics.at(adminPort);
  }

  /** Everything the gateway wrote so far. */
  String log() {
    return weir.output();
  }

  /** A connection that has exchanged SETTINGS; its frames count as the attack's. */
  WirePeer client(int... settings) {
    return counted(WirePeer.client(port(), settings));
  }

  /** Counts this peer's frames as the attack's, and closes it after the attack. */
  WirePeer counted(WirePeer peer) {
    mine.get().add(peer);
    return peer;
  }

  /** Counts connections that say nothing, as a frame each. */
  void countBareConnections(int count) {
    connections.addAndGet(count);
    frames.addAndGet(count);
  }

  // ---- ways to play an attack -------------------------------------------------------------------

  /**
   * Plays an attack by clients whose connection has exchanged SETTINGS, and checks.
   *
   * @param reason with which the gateway has to count and log it
   */
  void attack(String reason, Consumer<WirePeer> attack) {
    assault(reason, () -> attack.accept(client()));
  }

  /** Plays an attack by clients that make their own connections, and checks. */
  void assault(String reason, Runnable attack) {
    check(reason, CONNECTIONS, attack);
  }

  /** How many connections the last attack had. */
  int connections() {
    return connections.intValue();
  }

  /** As {@link #attack}, for one that is judged by what a server saw, or the gateway holds. */
  void alone(String reason, Consumer<WirePeer> attack) {
    betrayal(reason, () -> attack.accept(client()));
  }

  /** As {@link #alone}, for one that makes its own connections, or one by a server. */
  void betrayal(String reason, Runnable attack) {
    check(reason, 1, attack);
  }

  private void check(String reason, int attackers, Runnable attack) {
    connections.set(0);
    warmUp(attack);
    long warmedUp = connections.get();
    frames.set(0);
    looked = false;
    takePace();
    Toll before = base.begin(reason, bystander.calls());
    List<Throwable> problems = play(attackers, attack);
    Duration length = before.age();
    Vitals.Probe probe = vitals.probe();
    int calls = bystander.calls() - before.calls();
    Pace pace = takePace();
    Cost cost =
        new Cost(
            Cost.playing(),
            attackers,
            length,
            connections.get(),
            frames.get(),
            probe.cpuNanos() - before.probe().cpuNanos() - calls * quietNanosPerCall,
            probe.longestTaskNanos(),
            pace,
            quiet,
            vitals.residentBytes() - before.residentBytes());
    if (!looked) {
      cost.report();
    }

    assertThat(problems).isEmpty();
    expectUnharmed();
    base.checkLog(reason, before);
    if (!looked || !LONG) {
      base.checkCpu(before, probe, calls, frames.get() + connections.get() - warmedUp);
    }
    if (!looked && LONG && FLOOD.matcher(cost.row()).matches()) {
      assertThat(cost.cpuNanos() / frames.get())
          .as("ns of CPU for each of %d frames", frames.get())
          .isLessThanOrEqualTo(MOST_NANOS_OF_A_FRAME);
    }
    if (!looked && LONG) {
      assertThat(pace.p99()).as("p99 of %s, and of %s", pace, quiet).isLessThan(pace.most(quiet));
    }
    base.checkWhatIsHeld(before, attackers);
  }

  /** What runs for the first time is loaded and interpreted: the short form has bounds for that. */
  private void warmUp(Runnable attack) {
    if (LONG) {
      playUntil(System.nanoTime() + WARM_UP.toNanos(), attack);
      bystander.awaitCalls(CALLS_AFTERWARDS);
    }
  }

  private Pace takePace() {
    return new Pace(bystander.takeP99(), direct.takeP99());
  }

  /** Returns what went wrong for attackers. */
  private List<Throwable> play(int attackers, Runnable attack) {
    var problems = new CopyOnWriteArrayList<Throwable>();
    long end = System.nanoTime() + LENGTH.toNanos();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < attackers; i++) {
      threads.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((thread, problem) -> problems.add(problem))
              .start(() -> playUntil(end, attack)));
    }
    threads.forEach(Siege::join);
    bystander.awaitCalls(CALLS_AFTERWARDS);
    return problems;
  }

  private void playUntil(long endNanos, Runnable attack) {
    do {
      try {
        attack.run();
      } catch (AssertionError problem) {
        throw new AssertionError(problem.getMessage() + " (" + base.whatIsOpen() + ")", problem);
      } finally {
        dismiss();
      }
    } while (System.nanoTime() < endNanos);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Closes this thread's attackers. */
  private void dismiss() {
    connections.addAndGet(mine.get().size());
    frames.addAndGet(mine.get().stream().mapToLong(WirePeer::framesSent).sum());
    mine.get().forEach(WirePeer::close);
    mine.remove();
  }

  private Bystander newBystander() {
    return Bystander.at(port(), CALL_INTERVAL, SILENT_STREAMS);
  }

  /** A bystander that was harmed gives way to another, so that each attack answers for itself. */
  private void expectUnharmed() {
    try {
      bystander.expectUnharmed();
    } catch (AssertionError harmed) {
      bystander.close();
      bystander = newBystander();
      throw harmed;
    }
  }

  @Override
  public void close() {
    bystander.close();
    direct.close();
    weir.close();
    backend.close();
  }
}
