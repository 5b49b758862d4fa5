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

  private HeadRecorder() {
    Thread.ofVirtual().name("head-recorder").start(this::acceptAll);
  }

  /** How many calls came to the end of their request, and were answered. */
  public int answered() {
    return answered.get();
  }

  /** Listens on a free loopback port. */
  public static HeadRecorder listen() {
    return new HeadRecorder();
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
    peer.patience(FOREVER).expectPreface().send(Frame.settings());
    for (Frame frame = peer.nextOrEnd(); frame != null; frame = peer.nextOrEnd()) {
      if (frame.is(Frame.HEADERS)) {
        heads.add(peer.fieldsOf(frame));
      } else if (frame.is(Frame.DATA)) {
        peer.giveBack(frame);
      } else {
        peer.keepsHouse(frame);
      }
      if (frame.isLast()) {
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
