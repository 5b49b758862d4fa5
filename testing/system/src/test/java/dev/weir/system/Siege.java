package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Bystander;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway under attack: a process of its own with one event loop, a real server behind it, and a
 * bystander whose calls share loop and upstream connection with the attackers'. {@link #attack}
 * plays an attack and then checks what has to hold after every one of them: the bystander is
 * unharmed, the process is alive and has logged no fault and no leak, and what the attack cost in
 * CPU, memory and descriptors is bounded and given back.
 *
 * <p>Every attack is played by one connection, once. {@code -Dweir.siege.connections=50
 * -Dweir.siege.seconds=10} play it from as many at a time, again and again, for as long, except for
 * those that are judged by what a server saw.
 */
final class Siege implements AutoCloseable {

  /** The path of the bystander's calls. */
  static final String PATH = "/weir.testkit.Echo/Unary";

  private static final int CONNECTIONS = Integer.getInteger("weir.siege.connections", 1);
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("weir.siege.seconds", 0));

  private static final long MIB = 1 << 20;
  private static final int BASELINE_CALLS = 300;

  /**
   * Beyond what frames may cost: compiling what ran for the first time, and a tick of the clock.
   */
  private static final long CPU_SLACK_NANOS = 500_000_000;

  /**
   * Connections to endpoints stay for calls to come, and objects that will be used again point to
   * the connection that had them last.
   */
  private static final int MAY_STAY = 3 * CONNECTIONS;

  private static final Pattern FAULT =
      Pattern.compile(
          "LEAK|Exception|Error:|OutOfMemory|fault of the gateway|[\\p{Cntrl}&&[^\n\t]]");

  /** As a server of Netty is by default: too many resets by us would end its connection. */
  private final EchoBackend backend =
      EchoBackend.start("behind", 0, server -> server.maxRstFramesPerWindow(200, 30));

  private final WeirProcess weir;
  private final Vitals vitals;
  private Bystander bystander;
  private Vitals.@Nullable Heap held;
  private final Queue<WirePeer> attackers = new ConcurrentLinkedQueue<>();
  private long bareConnections;
  private final long nanosPerCall;

  private Siege(Map<String, Object> limits, Api... apis) {
    Api echo = Api.of("echo", backend.target()).at("/weir.testkit.Echo");
    this.weir =
        WeirProcess.tuned(
            List.of(
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:+StartAttachListener",
                "-Dio.netty.leakDetection.level=paranoid"),
            Map.of(
                "weir", Map.of("event_loops", 1, "limits", limits), "enable_custom_domains", true),
            Stream.concat(Stream.of(echo), Stream.of(apis)).toArray(Api[]::new));
    this.vitals = new Vitals(weir.pid());
    this.nanosPerCall = costOfACall();
    this.bystander = newBystander();
  }

  /** A gateway that serves the bystander's API and these. */
  static Siege of(Api... apis) {
    return new Siege(Map.of(), apis);
  }

  /** A gateway with these settings in {@code weir.limits} that serves the bystander's API. */
  static Siege limited(Map<String, Object> limits) {
    return new Siege(limits);
  }

  private long costOfACall() {
    try (var honest = EchoClient.to(port())) {
      call(honest, BASELINE_CALLS);
      long before = vitals.cpuNanos();
      call(honest, BASELINE_CALLS);
      return (vitals.cpuNanos() - before) / BASELINE_CALLS;
    }
  }

  private static void call(EchoClient client, int times) {
    for (int i = 0; i < times; i++) {
      client.unary("honest").reply();
    }
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
    return vitals.heap().bytes();
  }

  /** What the gateway holds of the machine's memory. */
  long residentBytes() {
    return vitals.residentBytes();
  }

  /** Waits until the log names an attacker's address and this reason (B-e). */
  void expectLogged(String reason) {
    Pattern line = Pattern.compile("peer\\W+127\\.0\\.0\\.1:\\d+\\W.*reason\\W+" + reason + "\\W");
    await().atMost(Patience.LIMIT).until(() -> line.matcher(log()).find());
  }

  /** Waits until this many of the bystander's calls have ended. */
  void awaitCalls(int count) {
    bystander.awaitCalls(count);
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
    attackers.add(peer);
    return peer;
  }

  /** Counts connections that say nothing as a frame of the attack each. */
  void countBareConnections(int count) {
    bareConnections += count;
  }

  /** Plays an attack by a client whose connection has exchanged SETTINGS, and checks. */
  void attack(Consumer<WirePeer> attack) {
    assault(() -> attack.accept(client()));
  }

  /**
   * Plays an attack by a client once, whatever the form of the siege, and checks: one that is
   * judged by what a server saw, or by what the gateway holds meanwhile.
   */
  void alone(Consumer<WirePeer> attack) {
    check(() -> attack.accept(client()));
  }

  /** Plays an attack that makes its own connections, and checks. */
  void assault(Runnable attack) {
    check(() -> play(attack));
  }

  /** As {@link #alone}, for an attack that makes its own connections, or one by a server. */
  void betrayal(Runnable attack) {
    check(attack);
  }

  private void check(Runnable attack) {
    Toll before = toll();
    long frames;
    try {
      attack.run();
      bystander.awaitCalls(20);
    } finally {
      frames = dismiss();
    }

    assertThat(weir.isAlive()).as("alive").isTrue();
    expectUnharmed();
    assertThat(log()).as("log").doesNotContainPattern(FAULT);
    held = null;
    checkCpu(before, vitals.cpuNanos(), frames);
    checkWhatIsHeld(before);
  }

  /** Closes the attackers' connections; returns how many frames they sent. */
  private long dismiss() {
    long frames = bareConnections + attackers.stream().mapToLong(WirePeer::framesSent).sum();
    bareConnections = 0;
    attackers.forEach(WirePeer::close);
    attackers.clear();
    return frames;
  }

  private Bystander newBystander() {
    return Bystander.at(port(), Duration.ofMillis(5), 20);
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

  private void play(Runnable attack) {
    if (LENGTH.isZero()) {
      attack.run();
      return;
    }
    var problems = new ConcurrentLinkedQueue<Throwable>();
    long end = System.nanoTime() + LENGTH.toNanos();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((thread, problem) -> problems.add(problem))
              .start(() -> {
                while (System.nanoTime() < end) {
                  attack.run();
                }
              }));
    }
    threads.forEach(Siege::join);
    assertThat(problems).isEmpty();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A frame of an attacker may cost no more than a whole honest call, of some ten frames. */
  private void checkCpu(Toll before, long cpuNanos, long frames) {
    long calls = bystander.calls() - before.calls() + frames;
    assertThat(cpuNanos - before.cpuNanos())
        .as("CPU time of %d hostile frames, at %d ns a call", frames, nanosPerCall)
        .isLessThan(CPU_SLACK_NANOS + calls * nanosPerCall);
  }

  private void checkWhatIsHeld(Toll before) {
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() ->
            assertThat(vitals.descriptors())
                .as("descriptors")
                .isLessThanOrEqualTo(before.descriptors() + MAY_STAY));
    // A connection that was closed lingers for a second, so that the other side can read why.
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> {
          Vitals.Heap heap = vitals.heap();
          assertThat(heap.connections())
              .as("connections held")
              .isLessThanOrEqualTo(before.heap().connections() + MAY_STAY);
          assertThat(heap.bytes() - before.heap().bytes())
              .as("heap held")
              .isLessThan(4 * MIB * CONNECTIONS);
          held = heap;
        });
    assertThat(vitals.residentBytes() - before.residentBytes())
        .as("resident memory beyond the heap")
        .isLessThan(Math.max(16, 8 * CONNECTIONS) * MIB);
  }

  private Toll toll() {
    return new Toll(
        vitals.cpuNanos(),
        bystander.calls(),
        vitals.descriptors(),
        vitals.residentBytes(),
        held == null ? vitals.heap() : held);
  }

  /** What the gateway has used and holds at one moment. */
  private record Toll(
      long cpuNanos, int calls, int descriptors, long residentBytes, Vitals.Heap heap) {}

  @Override
  public void close() {
    bystander.close();
    weir.close();
    backend.close();
  }
}
