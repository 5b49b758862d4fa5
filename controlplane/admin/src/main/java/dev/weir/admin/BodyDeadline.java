package dev.weir.admin;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads what may take so long and no longer. For all threads. */
final class BodyDeadline {
  private BodyDeadline() {}

  /** What was to be read has not come in time. */
  static final class Late extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads up to a number of bytes; blocks.
   *
   * @param body fails, or ends, when its thread is interrupted; it is not closed, which may block
   * @throws Late when that, or the end, has not come in time
   */
  static byte[] read(InputStream body, int most, Duration patience) throws IOException {
    Thread reader = Thread.currentThread();
    var isLate = new CompletableFuture<Boolean>();
    CompletableFuture<Void> told =
        isLate
            .completeOnTimeout(true, patience.toNanos(), TimeUnit.NANOSECONDS)
            .thenAccept(late -> {
              if (late) {
                reader.interrupt();
              }
            });
    try {
      byte[] read = body.readNBytes(most);
      if (!isLate.getNow(false)) {
        return read;
      }
    } catch (IOException | RuntimeException e) {
      if (!isLate.getNow(false)) {
        throw e;
      }
    } finally {
      if (!isLate.complete(false)) {
        told.join();
        Thread.interrupted(); // it was meant for the body
      }
    }
    throw new Late();
  }
}
