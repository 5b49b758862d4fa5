package dev.weir.model;

import java.util.regex.Pattern;

/**
 * A path of an OAS document, in which {@code {name}}, and {@code *} between slashes, are a segment.
 * The classic format takes the same text for a regular expression that is searched in paths.
 */
record OasPath(String text) {
  private static final Pattern SPECIAL = Pattern.compile("[\\\\^$|?*+()\\[\\]{}]");

  /** Whether a regular expression would have another meaning than the path. */
  boolean isSpecial() {
    String rest = text.replaceAll("\\{[^/{}]+}", "x").replaceAll("/\\*(?=/|$)", "/x");
    return SPECIAL.matcher(rest).find();
  }

  /** The path of the classic format that is all of a path, and is not found in longer ones. */
  String whole() {
    return PlainPath.is(text) ? text : "^" + text.replace(".", "\\.") + "$";
  }

  /** What {@link #whole} is made of, and any other path as it is. */
  static String ofWhole(String classic) {
    return classic.startsWith("^/") && classic.endsWith("$")
        ? classic.substring(1, classic.length() - 1).replace("\\.", ".")
        : classic;
  }
}
