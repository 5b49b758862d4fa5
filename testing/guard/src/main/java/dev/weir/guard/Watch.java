package dev.weir.guard;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that a test runs and that counts what is open in it; nothing may be when the test ends.
 * Safe for use from any thread.
 */
public final class Watch implements AutoCloseable {
  private final LeakGuard.@Nullable Span span;
  private final String name;
  private final Supplier<Map<String, Long>> counts;

  Watch(LeakGuard.@Nullable Span span, String name, Supplier<Map<String, Long>> counts) {
    this.span = span;
    this.name = name;
    this.counts = counts;
  }

  /** To be called before what is watched ends, which would end what is open in it. */
  @Override
  public void close() {
    LeakGuard.end(this);
  }

  boolean isOf(LeakGuard.Span other) {
    return span == other;
  }

  /** What is open, or an empty text. */
  String left() {
    var left = new TreeMap<>(counts.get());
    left.values().removeIf(count -> count == 0);
    return left.isEmpty() ? "" : name + " has " + left;
  }

  @Override
  public String toString() {
    return name;
  }
}
