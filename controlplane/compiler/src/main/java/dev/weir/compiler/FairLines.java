package dev.weir.compiler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits, in one line for each who it is from: the lines are served in turns, and share a fixed
 * number of places. Who has places that nobody else wants may have all of them; when there is no
 * more room, the last of the longest line makes room for a line that is shorter by two at least. So
 * a line has a place for each that it wants, up to its equal share, whatever the others do.
 *
 * <pre>
 *   lines      by whom, in the order of their turns; none is empty
 *   ofLength   how many lines there are of each length
 * </pre>
 *
 * <p>For one thread at a time.
 */
final class FairLines<T> {
  private final int places;
  private final LinkedHashMap<Long, Deque<T>> lines = new LinkedHashMap<>();
  private final int[] ofLength;
  private int longest;
  private int size;

  /**
   * Empty lines.
   *
   * @param places how much may wait, 1 at least
   */
  FairLines(int places) {
    this.places = places;
    this.ofLength = new int[places + 1];
  }

  /** How much waits. */
  int size() {
    return size;
  }

  /** From how many it is. */
  int count() {
    return lines.size();
  }

  /** Whether what comes has to be refused, or put in the place of something else. */
  boolean isFull() {
    return size == places;
  }

  /**
   * Puts something at the end of a line.
   *
   * @return what has no place any more, which may be the same; null for nothing
   */
  @Nullable T add(long from, T added) {
    Deque<T> line = lines.get(from);
    int length = line == null ? 0 : line.size();
    if (isFull() && longest <= length + 1) {
      return added;
    }
    T last = isFull() ? removeLastOfLongest() : null;
    if (line == null) {
      line = new ArrayDeque<>(1);
      lines.put(from, line);
    }
    line.add(added);
    isNow(length, length + 1);
    return last;
  }

  /**
   * Takes the first that is wanted of the line whose turn it is, which is the last to have one
   * again; what is not wanted leaves, and uses up no turn.
   */
  @Nullable T next(Predicate<T> isWanted) {
    T first = null;
    while (first == null && !lines.isEmpty()) {
      Map.Entry<Long, Deque<T>> turn = lines.pollFirstEntry();
      Deque<T> line = turn.getValue();
      int before = line.size();
      first = line.poll();
      while (first != null && !isWanted.test(first)) {
        first = line.poll();
      }
      isNow(before, line.size());
      if (!line.isEmpty()) {
        lines.put(turn.getKey(), line);
      }
    }
    return first;
  }

  /** Takes out what needs no place any more. */
  void removeIf(Predicate<T> needless) {
    Iterator<Deque<T>> all = lines.values().iterator();
    while (all.hasNext()) {
      Deque<T> line = all.next();
      int before = line.size();
      line.removeIf(needless);
      isNow(before, line.size());
      if (line.isEmpty()) {
        all.remove();
      }
    }
  }

  /** It is as long as one that there is. */
  private T removeLastOfLongest() {
    for (Deque<T> line : lines.values()) {
      if (line.size() == longest) {
        T last = line.removeLast();
        isNow(line.size() + 1, line.size());
        return last;
      }
    }
    throw new IllegalStateException("no line is as long as the longest, " + longest);
  }

  private void isNow(int before, int after) {
    ofLength[before]--;
    ofLength[after]++;
    size += after - before;
    longest = Math.max(longest, after);
    while (longest > 0 && ofLength[longest] == 0) {
      longest--;
    }
  }
}
