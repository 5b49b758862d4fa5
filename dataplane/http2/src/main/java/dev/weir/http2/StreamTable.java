package dev.weir.http2;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of a connection by identifier: open addressing over a power of two. Identifiers
 * of one side count up by two, so that streams of a connection hardly ever collide.
 */
final class StreamTable {
  private @Nullable Http2Stream[] slots = new @Nullable Http2Stream[16];
  private int size;

  /** Streams that are not where their identifier points, because the place was taken. */
  private int displaced;

  int size() {
    return size;
  }

  @Nullable Http2Stream get(int id) {
    int mask = slots.length - 1;
    for (int i = home(id, mask); ; i = (i + 1) & mask) {
      Http2Stream stream = slots[i];
      if (stream == null || stream.id() == id) {
        return stream;
      }
    }
  }

  void add(Http2Stream stream) {
    if (size * 2 >= slots.length) {
      grow();
    }
    insert(stream);
    size++;
  }

  void remove(int id) {
    int mask = slots.length - 1;
    int i = home(id, mask);
    for (Http2Stream s = slots[i]; s == null || s.id() != id; s = slots[i]) {
      if (s == null) {
        return;
      }
      i = (i + 1) & mask;
    }
    slots[i] = null;
    size--;
    if (i != home(id, mask)) {
      displaced--;
    }
    if (displaced > 0) {
      closeGap(i, mask);
    }
  }

  /**
   * Calls {@code action} for every stream that is in the table now, except those that leave it
   * meanwhile.
   */
  void forEach(Consumer<Http2Stream> action) {
    @Nullable Http2Stream[] now = slots.clone();
    for (Http2Stream stream : now) {
      if (stream != null && get(stream.id()) == stream) {
        action.accept(stream);
      }
    }
  }

  /**
   * Moves the entries after a hole back, so that look-ups do not stop at it. Without displaced ones
   * there is nothing to move, however long the row behind the hole is.
   */
  private void closeGap(int hole, int mask) {
    int gap = hole;
    for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
      Http2Stream stream = slots[i];
      if (stream == null) {
        return;
      }
      int distance = (i - home(stream.id(), mask)) & mask;
      if (distance >= ((i - gap) & mask)) {
        slots[gap] = stream;
        slots[i] = null;
        if (distance == ((i - gap) & mask)) {
          displaced--;
        }
        gap = i;
      }
    }
  }

  private void insert(Http2Stream stream) {
    int mask = slots.length - 1;
    int home = home(stream.id(), mask);
    int i = home;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = stream;
    if (i != home) {
      displaced++;
    }
  }

  private void grow() {
    @Nullable Http2Stream[] old = slots;
    slots = new @Nullable Http2Stream[old.length * 2];
    displaced = 0;
    for (Http2Stream stream : old) {
      if (stream != null) {
        insert(stream);
      }
    }
  }

  private static int home(int id, int mask) {
    return (id >>> 1) & mask;
  }
}
