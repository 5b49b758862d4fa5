package dev.weir.http2;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Names of fields that users choose. Servers that hand fields on as variables (RFC 3875, 4.1.18)
 * cannot tell {@code _} from {@code -}, so both are one here. Immutable; safe for use by all
 * threads.
 */
public final class FoldedNames {
  /** None at all. */
  public static final FoldedNames NONE = new FoldedNames(1);

  /** Open addressing over a power of two; half of it is free. */
  private final @Nullable HeaderName[] slots;

  /** A bit for each of their hashes: most names that are asked for have none. */
  private long bits;

  private FoldedNames(int size) {
    slots = new @Nullable HeaderName[size];
  }

  /**
   * These names.
   *
   * @param names in lower case
   */
  public static FoldedNames of(Collection<String> names) {
    if (names.isEmpty()) {
      return NONE;
    }
    FoldedNames made = new FoldedNames(4 * Integer.highestOneBit(names.size()));
    names.forEach(name -> made.add(HeaderName.of(name)));
    return made;
  }

  private void add(HeaderName name) {
    int slot = name.foldedHash() & (slots.length - 1);
    while (slots[slot] != null) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = name;
    bits |= bit(name);
  }

  /** Whether it is one of them, however its words are joined. */
  public boolean has(HeaderName name) {
    return (bits & bit(name)) != 0 && isThere(name);
  }

  private static long bit(HeaderName name) {
    return 1L << name.foldedHash();
  }

  private boolean isThere(HeaderName name) {
    int slot = name.foldedHash() & (slots.length - 1);
    for (HeaderName one = slots[slot]; one != null; one = slots[slot]) {
      if (one.isFolded(name)) {
        return true;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return false;
  }
}
