package dev.weir.http2;

/**
 * What the process may use in all, over all event loops.
 *
 * @param streams of clients that are open
 * @param bufferedBytes payload and header blocks that wait here: for a window, for a socket, for
 *     the rest of a block, or for an endpoint
 */
public record ProcessLimits(ProcessBudget streams, ProcessBudget bufferedBytes) {

  /** No limits worth the name, for an event loop that carries our own code only. */
  public static ProcessLimits none() {
    long none = Long.MAX_VALUE / 2;
    return new ProcessLimits(new ProcessBudget(none, 1), new ProcessBudget(none, 1));
  }
}
