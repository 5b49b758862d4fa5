package dev.weir.jwt;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the issuer of a token says in it; to be believed once its signature was found right. */
public final class Claims {
  /** When one expires that does not say so. */
  public static final long NEVER = Long.MAX_VALUE;

  /** The end of the year 9999. What is later is a fault, or meant to be one. */
  private static final double LAST_SECOND = 253402300799.0;

  private final Map<String, Object> values;

  private Claims(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Those of a token, whoever has signed it: to find out whose key would have. A name that is there
   * twice makes it none: others may take the other one.
   */
  public static Claims of(CompactToken token) throws BadToken {
    Claims claims;
    try {
      String json = new Base64URL(token.payload()).decodeToString();
      claims = new Claims(JSONObjectUtils.parse(CompactToken.object(json)));
    } catch (ParseException e) {
      throw new BadToken("its claims are no JSON object");
    }
    claims.checkTypes();
    return claims;
  }

  /** Those that RFC 7519, 4.1 gives a meaning, whether it matters here or not. */
  private void checkTypes() throws BadToken {
    for (String name : List.of("iss", "sub", "jti")) {
      if (values.containsKey(name) && !(values.get(name) instanceof String)) {
        throw new BadToken("its claim %s is no text".formatted(name));
      }
    }
    Object aud = values.getOrDefault("aud", "");
    if (!(aud instanceof String) && !isTexts(aud)) {
      throw new BadToken("its claim aud is neither a text nor a list of texts");
    }
  }

  private static boolean isTexts(@Nullable Object value) {
    return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
  }

  /** Seconds since 1970; empty for none. */
  Optional<Double> seconds(String name) throws BadToken {
    if (!values.containsKey(name)) {
      return Optional.empty();
    }
    if (!(values.get(name) instanceof Number number)
        || !(number.doubleValue() >= 0)
        || number.doubleValue() > LAST_SECOND) {
      throw new BadToken("its claim %s is no time".formatted(name));
    }
    return Optional.of(number.doubleValue());
  }

  /** A text; empty where there is none, or an empty one. */
  public Optional<String> text(String name) {
    return values.get(name) instanceof String text && !text.isEmpty()
        ? Optional.of(text)
        : Optional.empty();
  }

  /** What a claim says as a text: texts of a list with commas; empty for an object. */
  public String told(String name) {
    return switch (values.get(name)) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      case List<?> list when isTexts(list) ->
          list.stream().map(String.class::cast).collect(Collectors.joining(","));
      case null, default -> "";
    };
  }

  /** Whether there is one of that name, whatever it says. */
  public boolean isThere(String name) {
    return values.containsKey(name);
  }

  /** Whether something is said by that name, as {@link #words} finds it. */
  public boolean has(String name) {
    return find(name) != null;
  }

  /**
   * Words of a text that has spaces between them, or a list of them. Dots in a name go into
   * objects, if there is nothing with the whole name.
   */
  public List<String> words(String name) {
    List<String> words = new ArrayList<>();
    switch (find(name)) {
      case String text -> words.addAll(List.of(text.split(" +", -1)));
      case List<?> list ->
          list.forEach(item -> {
            if (item instanceof String text) {
              words.add(text);
            }
          });
      case null, default -> {
        // None.
      }
    }
    words.removeIf(String::isEmpty);
    return words;
  }

  private @Nullable Object find(String name) {
    if (values.containsKey(name)) {
      return values.get(name);
    }
    Object at = values;
    for (String part : name.split("\\.", -1)) {
      at = at instanceof Map<?, ?> object ? object.get(part) : null;
      if (at == null) {
        return null;
      }
    }
    return at;
  }
}
