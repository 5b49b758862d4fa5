package dev.weir.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers every call with OK, unless told otherwise, and remembers the heads as they
 * came over the wire. Its connections are played by threads of its own; the heads may be read by
 * any thread.
 */
public final class HeadRecorder implements AutoCloseable {

  private static final Duration FOREVER = Duration.ZERO;
  private static final int NEVER = -1;

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
  private final int callsPerConnection;
  private final int resetCode;

  private HeadRecorder(Frame settings, int callsPerConnection, int resetCode) {
    this.settings = settings;
    this.callsPerConnection = callsPerConnection;
    this.resetCode = resetCode;
    Thread.ofVirtual().name("head-recorder").start(this::acceptAll);
  }

  /** How many calls came to the end of their request, and were answered. */
  public int answered() {
    return answered.get();
  }

  /** Listens on a free loopback port, with these SETTINGS. */
  public static HeadRecorder listen(int... settings) {
    return new HeadRecorder(Frame.settings(settings), Integer.MAX_VALUE, NEVER);
  }

  /**
   * Listens on a free loopback port, and says GOAWAY on each connection after so many calls. It has
   * not looked at any call that was opened later, and says so (RFC 9113 6.8).
   */
  public static HeadRecorder leavingAfter(int calls) {
    return new HeadRecorder(Frame.settings(), calls, NEVER);
  }

  /** Listens on a free loopback port, and resets every call at its head. */
  public static HeadRecorder resetting(int code) {
    return new HeadRecorder(Frame.settings(), Integer.MAX_VALUE, code);
  }

  /** Listens on a free loopback port, and never answers. */
  public static HeadRecorder silent() {
    return new HeadRecorder(Frame.settings(), Integer.MAX_VALUE, SILENCE);
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
    connections.incrementAndGet();
    peer.patience(FOREVER).expectPreface().send(settings);
    var calls = new Calls();
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
    int last = Integer.MAX_VALUE;
    int begun;
  }

  private void hear(WirePeer peer, Calls calls, Frame frame) {
    if (frame.is(Frame.HEADERS)) {
      Fields head = peer.fieldsOf(frame);
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
    if (++calls.begun == callsPerConnection) {
      calls.last = stream;
      peer.send(Frame.goAway(stream, 0));
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
