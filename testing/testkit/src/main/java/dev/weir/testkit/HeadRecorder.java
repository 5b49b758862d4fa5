package dev.weir.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

  private final WireServer server = WireServer.listen();
  private final BlockingQueue<Fields> heads = new LinkedBlockingQueue<>();
  private final AtomicInteger answered = new AtomicInteger();

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
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
    int last = Integer.MAX_VALUE;
    int calls = 0;
    var open = new HashSet<Integer>();
    for (Frame frame = peer.nextOrEnd(); frame != null; frame = peer.nextOrEnd()) {
      if (frame.is(Frame.HEADERS)) {
        Fields head = peer.fieldsOf(frame);
        if (frame.stream() <= last) {
          heads.add(head);
          open.add(frame.stream());
          if (resetCode != NEVER) {
            peer.send(Frame.reset(frame.stream(), resetCode));
          }
          if (++calls == callsPerConnection) {
            last = frame.stream();
            peer.send(Frame.goAway(last, 0));
          }
        }
      } else if (frame.is(Frame.DATA)) {
        peer.giveBack(frame);
      } else if (frame.is(Frame.RST_STREAM)) {
        cancelled.addAndGet(open.remove(frame.stream()) ? 1 : 0);
      } else {
        peer.keepsHouse(frame);
      }
      if (frame.isLast() && resetCode == NEVER && frame.stream() <= last) {
        answered.incrementAndGet();
        open.remove(frame.stream());
        peer.send(answer(frame.stream()));
      }
    }
    cancelled.addAndGet(open.size());
  }

  private static Frame[] answer(int stream) {
    return new Frame[] {
      Frame.headers(stream, Fields.grpcResponse()),
      Frame.message(stream, "hello"),
      Frame.headers(stream, Fields.grpcTrailers(0)).last()
    };
  }
}
