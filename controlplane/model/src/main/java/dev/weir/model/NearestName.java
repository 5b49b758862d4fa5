package dev.weir.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known name that an unknown one was probably meant to be. */
final class NearestName {

  private static final int SHORTEST_PREFIX = 5;

  private NearestName() {}

  /** A hint such as {@code did you mean listen_port?}; null when nothing is near. */
  static @Nullable String hint(String name, Collection<String> known) {
    String best = null;
    int bestDistance = limit(name) + 1;
    for (String candidate : known) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    String meant = best == null ? longer(name, known) : best;
    return meant == null ? null : "did you mean " + meant + "?";
  }

  /** The known name that only goes on where this one ends. */
  private static @Nullable String longer(String name, Collection<String> known) {
    return name.length() < SHORTEST_PREFIX
        ? null
        : known.stream().filter(candidate -> candidate.startsWith(name)).findFirst().orElse(null);
  }

  /** A third of the name may be wrong, one letter in the shortest ones. */
  private static int limit(String name) {
    return Math.max(1, name.length() / 3);
  }

  /** Optimal string alignment: insert, delete, replace, or swap two neighbours. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(last[j], row[j - 1]));
        if (isSwap(a, i, b, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }

  private static boolean isSwap(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
