package dev.weir.app;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Strings of JSON that were made of a value before: most lines of a log are about few addresses. A
 * cache with one place for each value, which others take. For one thread.
 */
final class QuotedTexts<T> {
  private static final int PLACES = 1 << 8;

  private final Function<T, String> words;
  private final @Nullable Object[] values = new @Nullable Object[PLACES];
  private final byte[][] texts = new byte[PLACES][];
  private final LogText scratch = new LogText();

  /**
   * @param words of a value, before they are quoted
   */
  QuotedTexts(Function<T, String> words) {
    this.words = words;
  }

  /** The string of JSON in ASCII, with its quotes; not to be written to. */
  byte[] of(T value) {
    int place = value.hashCode() & (PLACES - 1);
    if (!value.equals(values[place])) {
      values[place] = value;
      texts[place] = quoted(value);
    }
    return texts[place];
  }

  private byte[] quoted(T value) {
    scratch.clear();
    return scratch.quote(words.apply(value)).bytes();
  }
}
