package dev.weir.http2;

/**
 * What the process may use in all, over all event loops.
 *
 * @param streams of clients that are open
 */
public record ProcessLimits(ProcessBudget streams) {

  /** No limits worth the name, for an event loop that carries our own code only. */
  public static ProcessLimits none() {
    return new ProcessLimits(new ProcessBudget(Long.MAX_VALUE / 2));
  }
}
