package dev.weir.admin;

import io.helidon.webserver.http.ServerRequest;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How much may be written at a time: requests that wait for the disk leave room for those that
 * read, and their bodies for everything else. In mebibytes, of which a request takes one at least,
 * and a list of all keys as many as its answer may have. For all threads.
 */
final class WriteBudget {
  /** The server takes more requests than that, so that some are left to those who read. */
  static final int MEBIBYTES = 128;

  private static final int MOST_OF_ONE = 9;
  private static final int LIST_OF_KEYS = 56;
  private static final Pattern KEYS = Pattern.compile("/+tyk/+keys/*");

  private final Semaphore free = new Semaphore(MEBIBYTES);

  /** Answers a request, or refuses it where too many others write. */
  ControlAnswer answer(ServerRequest request, Supplier<ControlAnswer> work) {
    int taken = weight(request);
    if (!free.tryAcquire(taken)) {
      return ControlAnswer.error(
          503, "Too many others write, or list keys, nothing was done, try again");
    }
    try {
      return work.get();
    } finally {
      free.release(taken);
    }
  }

  private static int weightOfGet(ServerRequest request) {
    return KEYS.matcher(request.path().path()).matches() ? LIST_OF_KEYS : 0;
  }

  private static int weight(ServerRequest request) {
    if (!request.content().hasEntity()) {
      return request.prologue().method().text().equals("GET") ? weightOfGet(request) : 1;
    }
    long bytes = request.headers().contentLength().orElse(Long.MAX_VALUE);
    return (int) Math.min(MOST_OF_ONE, 1 + (bytes >> 20));
  }
}
