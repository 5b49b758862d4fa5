package dev.weir.admin;

import io.helidon.webserver.http.ServerRequest;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * How much may be written at a time: requests that wait for the disk leave room for those that
 * read, and their bodies for everything else. In mebibytes, of which a request takes one at least.
 * For all threads.
 */
final class WriteBudget {
  /** The server takes more requests than that, so that some are left to those who read. */
  static final int MEBIBYTES = 128;

  private static final int MOST_OF_ONE = 9;

  private final Semaphore free = new Semaphore(MEBIBYTES);

  /** Answers a request, or refuses it where too many others write. */
  ControlAnswer answer(ServerRequest request, Supplier<ControlAnswer> work) {
    int taken = weight(request);
    if (!free.tryAcquire(taken)) {
      return ControlAnswer.error(503, "Too many others write, nothing was done, try again");
    }
    try {
      return work.get();
    } finally {
      free.release(taken);
    }
  }

  private static int weight(ServerRequest request) {
    if (!request.content().hasEntity()) {
      return request.prologue().method().text().equals("GET") ? 0 : 1;
    }
    long bytes = request.headers().contentLength().orElse(Long.MAX_VALUE);
    return (int) Math.min(MOST_OF_ONE, 1 + (bytes >> 20));
  }
}
