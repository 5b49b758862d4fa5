package dev.weir.filter;

import dev.weir.filter.MethodRules.Matching;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is chosen for a path: that of the first entry that it is on. Entries are those of {@link
 * PathLists}, and patterns all, as in Tyk. Immutable, for all threads. Asking allocates and may
 * take microseconds, so that a caller remembers the answer for a path.
 */
public final class PathChoice<T> {
  /** Bytes; what is longer is on no entry. */
  public static final int LONGEST_PATH = PathPattern.LONGEST_PATH;

  private final List<Choice<T>> choices;
  private final @Nullable T others;

  private record Choice<T>(PathRuleSet paths, @Nullable T chosen) {}

  /**
   * An entry with what is chosen by it.
   *
   * @param paths has been checked
   * @param chosen null for nothing, whatever comes after it
   */
  public record Entry<T>(PathLists.Entry paths, @Nullable T chosen) {}

  /**
   * These choices, in their order.
   *
   * @param others for all other paths; null for nothing
   */
  public PathChoice(List<Entry<T>> entries, @Nullable T others, Matching matching) {
    var loose = new Matching(matching.prefix(), matching.suffix(), true);
    this.choices =
        entries.stream()
            .map(entry ->
                new Choice<>(PathRuleSet.of(List.of(entry.paths()), loose), entry.chosen()))
            .toList();
    this.others = others;
  }

  /** Whether something else may be chosen for one path than for another. */
  public boolean tellsPathsApart() {
    return !choices.isEmpty();
  }

  /**
   * What is chosen; null for nothing.
   *
   * @param path as for {@link PathLists#of(byte[], ListenPath, byte[])}
   */
  public @Nullable T of(byte[] path, ListenPath by, byte[] httpMethod) {
    byte[][] forms = by.others(path);
    for (Choice<T> choice : choices) {
      if (choice.paths().has(path, forms, httpMethod)) {
        return choice.chosen();
      }
    }
    return others;
  }
}
