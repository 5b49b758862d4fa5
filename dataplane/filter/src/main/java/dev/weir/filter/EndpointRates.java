package dev.weir.filter;

import dev.weir.filter.MethodRules.Matching;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rates of single methods, each of which counts in place of the one for all: the first whose path
 * is that of a call, paths that are written out before those that stand for many.
 *
 * <p>Immutable, for all threads. Asking allocates and may take microseconds, so that a caller
 * remembers the answer for a path.
 */
public final class EndpointRates {
  /** No rate is for the call, so that the one for all counts. */
  public static final int NONE = -1;

  private final List<Entry> entries;
  private final PathRules[] rules;

  /**
   * A rate of some calls.
   *
   * @param url a path or pattern of paths, as in {@link MethodRules}
   * @param method of HTTP, in upper case; empty for any
   * @param ignoresCase whether letters of either case are the same
   * @param rate null for any rate
   */
  public record Entry(String url, String method, boolean ignoresCase, @Nullable RateRule rate) {
    private PathRules rules(Matching matching) {
      return PathRules.of(method, List.of(url), matching, ignoresCase);
    }

    private PathRules plainRules() {
      return PathRules.of(method, List.of(url), Matching.TYK, Entry::isNone);
    }

    private static PathPattern isNone(String url) {
      throw new IllegalArgumentException("is a pattern: " + url);
    }

    private boolean isForMany() {
      return url.endsWith("*") || !PathRules.isPlain(url);
    }
  }

  /**
   * Rates in their order.
   *
   * @throws IllegalArgumentException with the reason, as a sentence about the url, when one is none
   */
  public EndpointRates(List<Entry> entries, Matching matching) {
    this(entries, entry -> entry.rules(matching));
  }

  private EndpointRates(List<Entry> entries, Function<Entry, PathRules> rules) {
    this.entries = entries.stream().sorted(Comparator.comparing(Entry::isForMany)).toList();
    this.rules = this.entries.stream().map(rules).toArray(PathRules[]::new);
  }

  /**
   * The same of paths, in exact letters; compiles nothing.
   *
   * @throws IllegalArgumentException when one is a pattern
   */
  public static EndpointRates ofPaths(List<Entry> entries) {
    return new EndpointRates(entries, Entry::plainRules);
  }

  /** How many there are. */
  public int size() {
    return rules.length;
  }

  /** One of them; null for any rate. */
  public @Nullable RateRule rate(int index) {
    return entries.get(index).rate();
  }

  /**
   * Which of them is for a call; {@link #NONE}.
   *
   * @param path as the caller sent it; a query is no part of what is asked
   * @param by the listen path that was called
   * @param httpMethod in ASCII
   */
  public int index(byte[] path, ListenPath by, byte[] httpMethod) {
    int end = 0;
    while (end < path.length && path[end] != '?') {
      end++;
    }
    byte[] whole = Arrays.copyOf(path, end);
    byte[][] others = by.others(whole);
    for (int i = 0; i < rules.length; i++) {
      if ((rules[i].isForAny() || rules[i].isFor(httpMethod)) && rules[i].allow(whole, others)) {
        return i;
      }
    }
    return NONE;
  }
}
