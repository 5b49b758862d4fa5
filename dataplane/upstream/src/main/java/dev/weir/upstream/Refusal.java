package dev.weir.upstream;

import dev.weir.call.ProxyError;
import java.util.function.Consumer;

/**
 * Tells calls that waited for a stream in vain, of which there may be thousands, some at a time: so
 * others get their turn of the event loop in between. A call that gives up meanwhile hears nothing.
 */
final class Refusal implements Runnable {
  private static final int AT_ONCE = 32;

  private final WaitingLine refused;
  private final ProxyError.Kind kind;
  private final String detail;
  private final Consumer<Runnable> later;

  /**
   * @param refused a line in which nobody waits any more
   * @param later does work when there is time for it
   */
  Refusal(WaitingLine refused, ProxyError.Kind kind, String detail, Consumer<Runnable> later) {
    this.refused = refused;
    this.kind = kind;
    this.detail = detail;
    this.later = later;
  }

  @Override
  public void run() {
    try {
      tellSome();
    } finally {
      // Also when one of them failed: the others must not be forgotten.
      if (!refused.isEmpty()) {
        later.accept(this);
      }
    }
  }

  private void tellSome() {
    for (int i = 0; i < AT_ONCE; i++) {
      StreamSeeker next = refused.first();
      if (next == null) {
        return;
      }
      refused.remove(next);
      next.onUnavailable(kind, detail);
    }
  }
}
