package dev.weir.model;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The claims of tokens that a definition names, in values that are set and in conditions. */
final class ToldClaims {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$tyk_context\\.jwt_claims_([A-Za-z0-9_.-]+)");

  private final Set<String> names = new HashSet<>();

  private ToldClaims() {}

  /** All of them; one too many does no harm. */
  static Set<String> of(Settings settings) {
    var claims = new ToldClaims();
    claims.find(settings.values());
    return claims.names;
  }

  private void find(Json json) {
    switch (json) {
      case Json.Text(_, String text) -> {
        Matcher variable = VARIABLE.matcher(text);
        while (variable.find()) {
          names.add(variable.group(1));
        }
      }
      case Json.Arr(_, var items) -> items.forEach(this::find);
      case Json.Obj object ->
          object
              .members()
              .forEach((name, member) -> {
                if (HeaderValue.context(name) instanceof HeaderValue.Claim(String claim)) {
                  names.add(claim);
                }
                find(member.value());
              });
      default -> {
        // Names none.
      }
    }
  }
}
