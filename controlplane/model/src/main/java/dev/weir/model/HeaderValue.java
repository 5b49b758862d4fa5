package dev.weir.model;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a field that is set, in which Tyk's variables stand for what is known of a call.
 *
 * @param parts one after the other
 */
public record HeaderValue(List<Part> parts) {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(tyk_meta|tyk_context|secret_[a-z]+)\\.([A-Za-z0-9_.-]+)");

  private static final String HEADERS = "headers_";
  private static final String CLAIMS = "jwt_claims_";

  public HeaderValue {
    parts = List.copyOf(parts);
  }

  /** A part of a value. */
  public sealed interface Part {}

  /** The same for every call. */
  public record Text(String text) implements Part {}

  /** {@code $tyk_meta.}: what the key of the caller has by a name in {@code meta_data}. */
  public record Meta(String name) implements Part {}

  /**
   * {@code $tyk_context.headers_}: what the caller's head has by a name.
   *
   * @param name in lower case, with {@code -} for every {@code _}
   */
  public record Header(String name) implements Part {}

  /** {@code $tyk_context.jwt_claims_}: what the caller's signed token says by a name. */
  public record Claim(String name) implements Part {}

  /** {@code $tyk_context.}: what the gateway knows of the call. */
  public enum Context implements Part {
    REQUEST_ID("request_id"),
    REMOTE_ADDRESS("remote_addr"),
    PATH("path");

    private final String label;

    Context(String label) {
      this.label = label;
    }
  }

  /** A variable that nothing is known for. */
  public record Unknown(String variable) implements Part {}

  /** A value with its variables. */
  static HeaderValue of(String text) {
    var parts = new ArrayList<Part>();
    Matcher variable = VARIABLE.matcher(text);
    int at = 0;
    while (variable.find()) {
      if (variable.start() > at) {
        parts.add(new Text(text.substring(at, variable.start())));
      }
      parts.add(part(variable.group(1), variable.group(2)));
      at = variable.end();
    }
    if (at < text.length() || parts.isEmpty()) {
      parts.add(new Text(text.substring(at)));
    }
    return new HeaderValue(parts);
  }

  /** What {@code $tyk_context.} stands for with a name. */
  public static Part context(String name) {
    return part("tyk_context", name);
  }

  private static Part part(String kind, String name) {
    if (kind.equals("tyk_meta")) {
      return new Meta(name);
    }
    if (kind.equals("tyk_context")) {
      if (name.startsWith(HEADERS) && name.length() > HEADERS.length()) {
        return new Header(
            name.substring(HEADERS.length()).toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      if (name.startsWith(CLAIMS) && name.length() > CLAIMS.length()) {
        return new Claim(name.substring(CLAIMS.length()));
      }
      for (Context known : Context.values()) {
        if (known.label.equals(name)) {
          return known;
        }
      }
    }
    return new Unknown("$" + kind + "." + name);
  }

  /** Whether it is the same for every call. */
  public boolean isFixed() {
    return parts.stream().allMatch(part -> part instanceof Text);
  }

  /** What is the same for every call of it. */
  public String fixedText() {
    return parts.stream()
        .map(part -> part instanceof Text(String text) ? text : "")
        .collect(joining());
  }

  /** The first variable that nothing is known for; null for none. */
  @Nullable String unknown() {
    for (Part part : parts) {
      if (part instanceof Unknown(String variable)) {
        return variable;
      }
    }
    return null;
  }
}
