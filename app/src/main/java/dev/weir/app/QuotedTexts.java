package dev.weir.app;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fields of JSON that were made of a value before: most lines of a log are about few addresses. A
 * cache with one place for each value, which others take. For one thread.
 */
final class QuotedTexts<T> {
  private static final int PLACES = 1 << 8;

  private final byte[] name;
  private final Function<T, String> words;
  private final @Nullable Object[] values = new @Nullable Object[PLACES];
  private final byte[][] texts = new byte[PLACES][];
  private final LogText scratch = new LogText();

  /**
   * @param name what is in front of the values
   * @param words of a value, before they are quoted
   */
  QuotedTexts(byte[] name, Function<T, String> words) {
    this.name = name;
    this.words = words;
  }

  /** The name and the value in its quotes, in ASCII; not to be written to. */
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
    return scratch.append(name).quote(words.apply(value)).bytes(0);
  }
}
