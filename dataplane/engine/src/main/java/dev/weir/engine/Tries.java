package dev.weir.engine;

import dev.weir.balance.Endpoint;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a call has been tried, and whether it may be tried once more (gRPC proposal A6): only what
 * no endpoint has worked on begins anew. Confined to the event loop of the call.
 */
final class Tries {
  /**
   * Attempts of one call that may be lost before an endpoint looked at it. Servers that leave after
   * every few calls get this far with one of the last in line; those that never take any must come
   * to an end.
   */
  private static final int MAX_UNPROCESSED = 16;

  private @Nullable Set<Endpoint> unreachable;
  private @Nullable String lastFailure;
  private int refusals;
  private int unprocessed;
  private int creditedBytes;

  /** Begins anew, for another call. */
  void clear() {
    unreachable = null;
    lastFailure = null;
    refusals = 0;
    unprocessed = 0;
    creditedBytes = 0;
  }

  /** Endpoints that are not to be picked again; null for none. */
  @Nullable Set<Endpoint> unreachable() {
    return unreachable;
  }

  /** What became of the last attempt. */
  String lastFailure() {
    return String.valueOf(lastFailure);
  }

  /** No stream to the endpoint could be opened. */
  void add(Endpoint endpoint, String detail) {
    if (unreachable == null) {
      unreachable = new HashSet<>();
    }
    unreachable.add(endpoint);
    lastFailure = detail;
  }

  /**
   * An attempt was lost before an endpoint worked on it.
   *
   * @param refused whether the endpoint said so
   * @param credited how many bytes its caller got credit for
   * @return whether there may be another
   */
  boolean addUnprocessed(boolean refused, int credited, String detail) {
    lastFailure = detail;
    if (++unprocessed > MAX_UNPROCESSED) {
      return false;
    }
    // An endpoint that refuses has seen the call: once more is enough.
    boolean again = !refused || ++refusals <= 1;
    creditedBytes += again ? credited : 0;
    return again;
  }

  /** For how many of these bytes its caller has not got credit by an attempt before. */
  int creditable(int bytes) {
    int again = Math.min(creditedBytes, bytes);
    creditedBytes -= again;
    return bytes - again;
  }
}
