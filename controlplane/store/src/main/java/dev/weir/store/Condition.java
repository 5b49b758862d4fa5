package dev.weir.store;

import org.jspecify.annotations.Nullable;

/** What must hold of the record that is there, for a write to take place. */
public sealed interface Condition {
  /** Whatever is there. */
  static Condition any() {
    return new Any();
  }

  /** Nothing is there. */
  static Condition absent() {
    return new Absent();
  }

  /** What is there has this revision. */
  static Condition at(long revision) {
    return new At(revision);
  }

  /**
   * Whether it holds.
   *
   * @param present the revision of what is there; null for nothing
   */
  default boolean holds(@Nullable Long present) {
    return switch (this) {
      case Any any -> true;
      case Absent absent -> present == null;
      case At(long revision) -> present != null && present == revision;
    };
  }

  /** See {@link #any}. */
  record Any() implements Condition {}

  /** See {@link #absent}. */
  record Absent() implements Condition {}

  /** See {@link #at}. */
  record At(long revision) implements Condition {}
}
