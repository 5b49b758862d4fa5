package dev.weir.app;

import dev.weir.engine.EndedCall;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was written of heads, for the next calls of their connections: most of them have the same
 * objects in it, and finding out that they are the same takes less than writing them. A cache with
 * one place for each connection, which others take. For one thread.
 */
final class HeadTexts {
  private static final int PLACES = 1 << 6;

  /** What is longer is not kept. */
  private static final int MOST_BYTES = 1 << 10;

  private final EndedCall.@Nullable Head[] heads = new EndedCall.@Nullable Head[PLACES];
  private final byte[][] texts = new byte[PLACES][];

  /** The text of a head, which may tell of anything but its trace; not to be written to. */
  byte @Nullable [] find(EndedCall.Head head) {
    int place = place(head);
    EndedCall.Head kept = heads[place];
    return kept != null && isSame(kept, head) ? texts[place] : null;
  }

  /** Keeps what was written of a head: all that comes after the first so many bytes. */
  void keep(EndedCall.Head head, LogText text, int begin) {
    if (text.length() - begin <= MOST_BYTES) {
      int place = place(head);
      heads[place] = head;
      texts[place] = text.bytes(begin);
    }
  }

  /** Lets go of all heads: much of a configuration hangs on their fields, and it may be gone. */
  void clear() {
    Arrays.fill(heads, null);
  }

  private static int place(EndedCall.Head head) {
    return System.identityHashCode(head.peer()) & (PLACES - 1);
  }

  /** Equal is not enough, and would take longer: equal addresses may have other words. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(EndedCall.Head one, EndedCall.Head other) {
    return one.path() == other.path()
        && one.peer() == other.peer()
        && one.api() == other.api()
        && one.client() == other.client()
        && one.method() == other.method()
        && one.authority() == other.authority()
        && one.userAgent() == other.userAgent();
  }
}
