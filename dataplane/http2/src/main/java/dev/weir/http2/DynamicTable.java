package dev.weir.http2;

import org.jspecify.annotations.Nullable;

/**
 * A dynamic table of HPACK (RFC 7541, 2.3.2): a ring of fields of which the oldest make room for
 * the newest. A connection that never inserts has no ring. Confined to one event loop.
 */
final class DynamicTable {
  private final int mask;
  private @Nullable HeaderField @Nullable [] ring;
  private int next;
  private int count;
  private int size;
  private int maxSize;

  /**
   * An empty table.
   *
   * @param largestSize the most that {@link #resize} will ever set, in bytes of RFC 7541, 4.1
   * @param maxSize the bound to begin with
   */
  DynamicTable(int largestSize, int maxSize) {
    int mostEntries = Math.max(1, largestSize / HeaderField.OVERHEAD);
    this.mask = Integer.highestOneBit(mostEntries * 2 - 1) - 1;
    this.maxSize = maxSize;
  }

  int count() {
    return count;
  }

  int size() {
    return size;
  }

  int maxSize() {
    return maxSize;
  }

  /** The number of positions; a power of two. */
  int positions() {
    return mask + 1;
  }

  /** The field by age: 0 is the newest, {@link #count} - 1 the oldest. */
  HeaderField get(int age) {
    return at(positionOf(age));
  }

  /** The place of a field in the ring, which stays the same while the field is in the table. */
  int positionOf(int age) {
    return (next - 1 - age) & mask;
  }

  /** The age of the field at a position. */
  int ageOf(int position) {
    return (next - 1 - position) & mask;
  }

  /** The field at a position. */
  HeaderField at(int position) {
    HeaderField field = ring == null ? null : ring[position];
    if (field == null) {
      throw new IllegalStateException("no field at position " + position);
    }
    return field;
  }

  /** Whether this field, or one with the same text, is at a position that may be any number. */
  boolean holdsAt(int position, HeaderField field) {
    HeaderField found = ring == null ? null : ring[position & mask];
    return found != null && found.sameText(field);
  }

  /** Whether a field of this size can go in without removing others. */
  boolean hasRoomFor(int fieldSize) {
    return size + fieldSize <= maxSize;
  }

  /** Inserts a field, for which there is room. */
  void insert(HeaderField field) {
    if (ring == null) {
      ring = new @Nullable HeaderField[mask + 1];
    }
    ring[next] = field;
    next = (next + 1) & mask;
    count++;
    size += field.size();
  }

  /** Removes the oldest field; the table is not empty. */
  HeaderField removeOldest() {
    int position = positionOf(count - 1);
    HeaderField oldest = at(position);
    if (ring != null) {
      ring[position] = null;
    }
    count--;
    size -= oldest.size();
    return oldest;
  }

  /** Inserts a field at the cost of the oldest; one that is too large empties the table. */
  void insertEvicting(HeaderField field) {
    makeRoomFor(field.size());
    if (hasRoomFor(field.size())) {
      insert(field);
    }
  }

  /** Sets the bound; the oldest fields go until the rest is within it. */
  void resize(int newMaxSize) {
    maxSize = newMaxSize;
    makeRoomFor(0);
  }

  private void makeRoomFor(int fieldSize) {
    while (count > 0 && !hasRoomFor(fieldSize)) {
      removeOldest();
    }
  }
}
