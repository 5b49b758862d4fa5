package dev.weir.testkit;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/**
 * Counts the frames that servers send, by type, over all connections that it has a watcher on. The
 * counts may be read by any thread.
 */
public final class FrameCounter {

  private static final int HEADER_LENGTH = 9;
  private static final int TYPE_AT = 3;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(256);

  /** How many frames of this type came so far. */
  public int count(int type) {
    return counts.get(type);
  }

  /** A watcher for one connection; takes its bytes in any pieces. Used by one thread. */
  public Consumer<ByteBuffer> watcher() {
    return new Watcher();
  }

  private final class Watcher implements Consumer<ByteBuffer> {

    private final ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
    private int payloadLeft;

    @Override
    public void accept(ByteBuffer bytes) {
      while (bytes.hasRemaining()) {
        int skipped = Math.min(payloadLeft, bytes.remaining());
        payloadLeft -= skipped;
        bytes.position(bytes.position() + skipped);
        if (payloadLeft == 0 && bytes.hasRemaining()) {
          header.put(bytes.get());
          takeHeader();
        }
      }
    }

    private void takeHeader() {
      if (!header.hasRemaining()) {
        counts.incrementAndGet(header.get(TYPE_AT) & 0xff);
        payloadLeft = header.getInt(0) >>> 8;
        header.clear();
      }
    }
  }
}
