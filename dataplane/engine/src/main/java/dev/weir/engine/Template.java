package dev.weir.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.List;

/**
 * A field whose value says something of the call.
 *
 * @param parts of the value, one after the other
 */
public record Template(HeaderName name, List<Part> parts) {
  public Template {
    parts = List.copyOf(parts);
  }

  /** A part of a value. */
  public sealed interface Part {}

  /** The same for every call. */
  public record Text(String text) implements Part {}

  /** What the key of the caller has by a name. */
  public record Meta(String name) implements Part {}

  /** What the signed token of the caller says by a name. */
  public record Claim(String name) implements Part {}

  /** What the caller's head has first by a name. */
  public record Header(FoldedNames name) implements Part {}

  /** What the gateway knows of the call. */
  public enum Fact implements Part {
    REQUEST_ID,
    REMOTE_ADDRESS,
    PATH
  }

  /** Whether it says of a call only what the grants of its caller say. */
  boolean isOfGrants() {
    return parts.stream().allMatch(part -> part instanceof Text || part instanceof Meta);
  }

  /**
   * The field for a call. What is not known is empty, and what no value may have is a {@code ?}.
   */
  HeaderField fill(CallFacts facts) {
    var text = new StringBuilder();
    for (Part part : parts) {
      text.append(facts.of(part));
    }
    return HeaderField.of(name, printable(text.toString().strip()));
  }

  private static byte[] printable(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] < ' ' || bytes[i] > '~') {
        bytes[i] = '?';
      }
    }
    return bytes;
  }
}
