package dev.weir.engine;

import org.jspecify.annotations.Nullable;

/**
 * What edits have come to for all callers with the same grants, kept with those: so that their
 * fields are made once, and encoders know them again. Immutable; for all threads.
 *
 * @param next others' of the same grants; null for none
 */
record FilledEdits(HeadEdits edits, HeadEdits filled, @Nullable FilledEdits next) {
  /** An API has two, and keys are for few APIs. Those of APIs that are no more are among them. */
  private static final int MOST = 4;

  /** What those edits have come to; null for nothing known. */
  static @Nullable HeadEdits find(@Nullable Object memo, HeadEdits edits) {
    FilledEdits known = memo instanceof FilledEdits last ? last : null;
    while (known != null && known.edits != edits) {
      known = known.next;
    }
    return known == null ? null : known.filled;
  }

  /** The same with one more; forgets the others where they are many. */
  static FilledEdits with(@Nullable Object memo, HeadEdits edits, HeadEdits filled) {
    FilledEdits others = memo instanceof FilledEdits last && last.size() < MOST ? last : null;
    return new FilledEdits(edits, filled, others);
  }

  private int size() {
    return next == null ? 1 : 1 + next.size();
  }
}
