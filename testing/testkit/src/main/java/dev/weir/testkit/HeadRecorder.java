package dev.weir.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that answers every call with OK and remembers the heads as they came over the wire. Its
 * connections are played by threads of its own; the heads may be read by any thread.
 */
public final class HeadRecorder implements AutoCloseable {

  private static final Duration FOREVER = Duration.ZERO;

  private final WireServer server = WireServer.listen();
  private final BlockingQueue<Fields> heads = new LinkedBlockingQueue<>();
  private final AtomicInteger answered = new AtomicInteger();

  private final AtomicInteger connections = new AtomicInteger();
  private final Frame settings;
  private final int callsPerConnection;

  private HeadRecorder(Frame settings, int callsPerConnection) {
    this.settings = settings;
    this.callsPerConnection = callsPerConnection;
    Thread.ofVirtual().name("head-recorder").start(this::acceptAll);
  }

  /** How many calls came to the end of their request, and were answered. */
  public int answered() {
    return answered.get();
  }

  /** Listens on a free loopback port, with these SETTINGS. */
  public static HeadRecorder listen(int... settings) {
    return new HeadRecorder(Frame.settings(settings), Integer.MAX_VALUE);
  }

  /**
   * Listens on a free loopback port, and says GOAWAY on each connection after so many calls. It has
   * not looked at any call that was opened later, and says so (RFC 9113 6.8).
   */
  public static HeadRecorder leavingAfter(int calls) {
    return new HeadRecorder(Frame.settings(), calls);
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
    for (Frame frame = peer.nextOrEnd(); frame != null; frame = peer.nextOrEnd()) {
      if (frame.is(Frame.HEADERS)) {
        Fields head = peer.fieldsOf(frame);
        if (frame.stream() <= last) {
          heads.add(head);
          if (++calls == callsPerConnection) {
            last = frame.stream();
            peer.send(Frame.goAway(last, 0));
          }
        }
      } else if (frame.is(Frame.DATA)) {
        peer.giveBack(frame);
      } else {
        peer.keepsHouse(frame);
      }
      if (frame.isLast() && frame.stream() <= last) {
        answered.incrementAndGet();
        peer.send(answer(frame.stream()));
      }
    }
  }

  private static Frame[] answer(int stream) {
    return new Frame[] {
      Frame.headers(stream, Fields.grpcResponse()),
      Frame.message(stream, "hello"),
      Frame.headers(stream, Fields.grpcTrailers(0)).last()
    };
  }
}
