package dev.weir.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A server that answers every call with OK, unless told otherwise, and remembers the heads as they
 * came over the wire. Its connections are played by threads of its own; the heads may be read by
 * any thread.
 */
public final class HeadRecorder implements AutoCloseable {

  private static final Duration FOREVER = Duration.ZERO;
  private static final int NEVER = -1;
  private static final Leave STAYS = new Leave(NEVER, false);

  /** In place of a code: to answer nothing at all. */
  private static final int SILENCE = -2;

  private static final Duration RESETS_COUNT_FOR = Duration.ofSeconds(30);

  private final WireServer server = WireServer.listen();
  private final BlockingQueue<Fields> heads = new LinkedBlockingQueue<>();
  private final AtomicInteger answered = new AtomicInteger();

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final AtomicInteger mostResets = new AtomicInteger();
  private final Frame settings;
  private final IntFunction<Leave> leaves;
  private final int resetCode;

  /**
   * When a connection is left.
   *
   * @param atCall the call whose coming sets it off, counted from one
   * @param withIt whether that call is still looked at
   */
  private record Leave(int atCall, boolean withIt) {}

  /**
   * @param leaves for each connection, by its number
   */
  private HeadRecorder(Frame settings, IntFunction<Leave> leaves, int resetCode) {
    this.settings = settings;
    this.leaves = leaves;
    this.resetCode = resetCode;
    Thread.ofVirtual().name("head-recorder").start(this::acceptAll);
  }

  /** How many calls came to the end of their request, and were answered. */
  public int answered() {
    return answered.get();
  }

  /** Listens on a free loopback port, with these SETTINGS. */
  public static HeadRecorder listen(int... settings) {
    return new HeadRecorder(Frame.settings(settings), _ -> STAYS, NEVER);
  }

  /**
   * Listens on a free loopback port, and says GOAWAY on each connection after so many calls. It has
   * not looked at any call that was opened later, and says so (RFC 9113 6.8).
   */
  public static HeadRecorder leavingAfter(int calls) {
    return new HeadRecorder(Frame.settings(), _ -> new Leave(calls, true), NEVER);
  }

  /**
   * The same after a random number of calls for each connection, and at times after none.
   *
   * @param most no connection comes to more calls than this
   */
  public static HeadRecorder leavingAtRandom(int most, long seed) {
    return new HeadRecorder(
        Frame.settings(),
        connection -> {
          var random = new SplittableRandom(seed + connection);
          return new Leave(1 + random.nextInt(most), random.nextBoolean());
        },
        NEVER);
  }

  /** Listens on a free loopback port, and resets every call at its head. */
  public static HeadRecorder resetting(int code) {
    return new HeadRecorder(Frame.settings(), _ -> STAYS, code);
  }

  /** Listens on a free loopback port, and never answers. */
  public static HeadRecorder silent() {
    return new HeadRecorder(Frame.settings(), _ -> STAYS, SILENCE);
  }

  /** The most calls that were open at one time, on all connections, since the last question. */
  public int takeMostOpen() {
    return mostOpen.getAndSet(open.get());
  }

  /** The most calls that were reset within 30 s on one connection. */
  public int mostResets() {
    return mostResets.get();
  }

  /** How many calls were given up by the caller: reset, or left when it closed the connection. */
  public int cancelled() {
    return cancelled.get();
  }

  /** How many connections it has accepted. */
  public int connections() {
    return connections.get();
  }

  /** The address as an API definition writes it. */
  public String target() {
    return server.target();
  }

  /** The head of the next call that has not been asked for yet; waits for it. */
  public Fields awaitHead() {
    return Patience.next(heads, "a call to reach the recorder");
  }

  /** The heads of all calls that have not been asked for yet, in order. */
  public List<Fields> takeHeads() {
    var taken = new ArrayList<Fields>();
    heads.drainTo(taken);
    return taken;
  }

  /** Closes its connections; goes on to listen. */
  public void hangUp() {
    server.hangUp();
  }

  @Override
  public void close() {
    server.close();
  }

  private void acceptAll() {
    try {
      while (true) {
        WirePeer peer = server.acceptSilently(FOREVER);
        Thread.ofVirtual().start(() -> answerUntilClosed(peer));
      }
    } catch (UncheckedIOException closed) {
      // The test is over.
    }
  }

  private void answerUntilClosed(WirePeer peer) {
    try {
      answerAll(peer);
    } catch (UncheckedIOException closed) {
      // The gateway is gone.
    }
  }

  private void answerAll(WirePeer peer) {
    Leave leave = leaves.apply(connections.incrementAndGet());
    peer.patience(FOREVER).expectPreface().send(settings);
    var calls = new Calls(leave);
    try {
      for (Frame frame = peer.nextOrEnd(); frame != null; frame = peer.nextOrEnd()) {
        hear(peer, calls, frame);
      }
    } finally {
      cancelled.addAndGet(calls.open.size());
      open.addAndGet(-calls.open.size());
    }
  }

  /** The calls of one connection. */
  private static final class Calls {
    final Set<Integer> open = new HashSet<>();
    final Deque<Long> resetNanos = new ArrayDeque<>();
    final Leave leave;
    int newest;
    int last = Integer.MAX_VALUE;
    int begun;

    Calls(Leave leave) {
      this.leave = leave;
    }
  }

  private void hear(WirePeer peer, Calls calls, Frame frame) {
    if (frame.is(Frame.HEADERS)) {
      Fields head = peer.fieldsOf(frame);
      if (frame.stream() <= calls.last && ++calls.begun == calls.leave.atCall) {
        calls.last = calls.leave.withIt ? frame.stream() : calls.newest;
        peer.send(Frame.goAway(calls.last, 0));
      }
      calls.newest = frame.stream();
      if (frame.stream() <= calls.last) {
        begin(peer, calls, frame.stream(), head);
      }
    } else if (frame.is(Frame.DATA)) {
      peer.giveBack(frame);
    } else if (frame.is(Frame.RST_STREAM)) {
      countReset(calls);
      cancelled.addAndGet(end(calls, frame.stream()) ? 1 : 0);
    } else {
      peer.keepsHouse(frame);
    }
    if (frame.isLast() && resetCode == NEVER && frame.stream() <= calls.last) {
      answered.incrementAndGet();
      end(calls, frame.stream());
      peer.send(answer(frame.stream()));
    }
  }

  private void begin(WirePeer peer, Calls calls, int stream, Fields head) {
    heads.add(head);
    calls.open.add(stream);
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    if (resetCode >= 0) {
      end(calls, stream);
      peer.send(Frame.reset(stream, resetCode));
    }
  }

  private boolean end(Calls calls, int stream) {
    boolean ended = calls.open.remove(stream);
    open.addAndGet(ended ? -1 : 0);
    return ended;
  }

  private void countReset(Calls calls) {
    long now = System.nanoTime();
    calls.resetNanos.add(now);
    while (now - calls.resetNanos.getFirst() > RESETS_COUNT_FOR.toNanos()) {
      calls.resetNanos.removeFirst();
    }
    mostResets.accumulateAndGet(calls.resetNanos.size(), Math::max);
  }

  private static Frame[] answer(int stream) {
    return new Frame[] {
      Frame.headers(stream, Fields.grpcResponse()),
      Frame.message(stream, "hello"),
      Frame.headers(stream, Fields.grpcTrailers(0)).last()
    };
  }
}
