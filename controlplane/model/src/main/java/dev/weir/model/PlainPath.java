package dev.weir.model;

import java.util.regex.Pattern;

/**
 * What is compared and not searched where paths are written: one of a method, or all below one.
 * Calls take the same for plain, {@code MethodRules.isPlain} in the data plane: a path that one of
 * both takes for a pattern and the other does not would be neither compared nor searched.
 */
final class PlainPath {

  /** Characters that mean themselves. */
  private static final Pattern PLAIN =
      Pattern.compile("/([A-Za-z0-9_./-]+/)?\\*|/[A-Za-z0-9_./-]*");

  private PlainPath() {}

  static boolean is(String path) {
    return PLAIN.matcher(path).matches();
  }
}
