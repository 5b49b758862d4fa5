package dev.weir.model;

import dev.weir.model.JsonScanner.SyntaxFault;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of a large store, of which many say the same but for their names and dates:
 * those are not taken apart again. For all threads.
 *
 * @param <T> what a key comes to
 */
public final class AlikeKeys<T> {

  /** As many are remembered. */
  private static final int MOST = 1024;

  /** Longer ones, in characters, are not. */
  private static final int LONGEST = 4096;

  /** Texts that each key may have its own of. */
  private static final Set<String> OWN = Set.of("alias", "date_created", "last_updated");

  private static final String EXPIRES = "expires";
  private static final String IMPORTED = KeyDefinition.IMPORTED_TOKEN;

  /** That many digits fit into a long. */
  private static final int MOST_DIGITS = 18;

  private final KeyReader reader;
  private final Function<KeyDefinition, T> comesTo;
  private final Map<String, T> known = new ConcurrentHashMap<>();

  /**
   * @param comesTo takes in neither the alias of a key, nor a date
   */
  public AlikeKeys(KeyReader reader, Function<KeyDefinition, T> comesTo) {
    this.reader = reader;
    this.comesTo = comesTo;
  }

  /**
   * What a document says.
   *
   * @param expires see {@link KeyDefinition#expires}
   * @param importedToken see {@link KeyDefinition#importedToken}
   */
  public record Said<T>(T value, long expires, String importedToken) {}

  /**
   * As {@link KeyReader#read} would read it; null for a document with an error. One with a
   * password, a secret or a certificate is like no other, and not remembered.
   */
  public @Nullable Said<T> read(String text) {
    Outline outline = Outline.of(text);
    @Nullable T alike = outline == null ? null : known.get(outline.rest());
    if (outline != null && alike != null) {
      return new Said<>(alike, outline.expires(), outline.importedToken());
    }
    KeyDefinition key = reader.read("key", text).value();
    if (key == null) {
      return null;
    }
    T value = comesTo.apply(key);
    if (outline != null && outline.rest().length() <= LONGEST && !key.credentials().isSet()) {
      remember(outline.rest(), value);
    }
    return new Said<>(value, key.expires(), key.importedToken());
  }

  private void remember(String rest, T value) {
    if (known.size() >= MOST) {
      known.clear();
    }
    known.put(rest, value);
  }

  /**
   * A document in two parts. Whoever has the same rest as a document without an error has none
   * either.
   *
   * @param rest the document without the values that are its own
   */
  private record Outline(String rest, long expires, String importedToken) {

    /** Null for what has to be read as a whole. */
    static @Nullable Outline of(String text) {
      try {
        return new Outliner(text).outline();
      } catch (SyntaxFault e) {
        return null;
      }
    }
  }

  /** Finds the members of a document, and skips what is in them. */
  private static final class Outliner {
    private final String text;
    private final JsonScanner in;
    private final StringBuilder rest;
    private int kept;
    private long expires;
    private String importedToken = "";

    Outliner(String text) {
      this.text = text;
      this.in = new JsonScanner("", text);
      this.rest = new StringBuilder(text.length());
    }

    @Nullable Outline outline() {
      boolean more = in.skipIf('{');
      while (more) {
        in.skipSpace();
        if (!member()) {
          return null;
        }
        in.skipSpace();
        more = in.skipIf(',');
      }
      if (!in.skipIf('}') || in.peek() != JsonScanner.END) {
        return null;
      }
      String others = rest.append(text, kept, text.length()).toString();
      return new Outline(others, expires, importedToken);
    }

    private boolean member() {
      if (in.peek() != '"') {
        return false;
      }
      String name = in.quoted();
      in.skipSpace();
      if (!in.skipIf(':')) {
        return false;
      }
      in.skipSpace();
      if (OWN.contains(name)) {
        return in.peek() == '"' && cut(this::skipText);
      }
      // Names are known in any case, and the last one counts.
      if (name.equalsIgnoreCase(IMPORTED)) {
        return name.equals(IMPORTED) && in.peek() == '"' && cut(this::importedToken);
      }
      return name.equalsIgnoreCase(EXPIRES)
          ? name.equals(EXPIRES) && cut(this::expiry)
          : skipValue();
    }

    private interface Part {
      boolean skip();
    }

    /** Leaves a value out of the rest. */
    private boolean cut(Part value) {
      rest.append(text, kept, in.at());
      boolean skipped = value.skip();
      kept = in.at();
      return skipped;
    }

    private boolean expiry() {
      String word = in.word();
      boolean isPlain =
          !word.isEmpty()
              && word.length() <= MOST_DIGITS
              && (word.length() == 1 || word.charAt(0) != '0')
              && word.chars().allMatch(c -> c >= '0' && c <= '9');
      expires = isPlain ? Long.parseLong(word) : 0;
      return isPlain;
    }

    private boolean importedToken() {
      importedToken = in.quoted();
      return true;
    }

    private boolean skipText() {
      in.quoted();
      return true;
    }

    private boolean skipValue() {
      int depth = 0;
      do {
        switch (in.peek()) {
          case JsonScanner.END -> {
            return false;
          }
          case '"' -> in.quoted();
          case '{', '[' -> {
            depth++;
            in.skip();
          }
          case '}', ']' -> {
            depth--;
            in.skip();
          }
          default -> {
            if (in.word().isEmpty()) {
              in.skip();
            }
          }
        }
      } while (depth > 0);
      return depth == 0;
    }
  }
}
