package dev.weir.admin;

import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * On what a request depends, by the {@code ETag} of what is there: RFC 9110, 13.1.1 and 13.1.2.
 *
 * @param ifMatch tags of which what is there has to have one; null for any
 * @param ifNoneMatch tags of which what is there must have none; null for any
 */
record Preconditions(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
  private static final String ANY = "*";
  private static final String WEAK = "W/";

  /** Which of them says nothing; null for none. */
  @Nullable String empty() {
    if (ifMatch != null && tags(ifMatch).findAny().isEmpty()) {
      return "If-Match";
    }
    return ifNoneMatch != null && tags(ifNoneMatch).findAny().isEmpty() ? "If-None-Match" : null;
  }

  boolean areThere() {
    return ifMatch != null || ifNoneMatch != null;
  }

  /**
   * Whether what is there is what it has to be.
   *
   * @param tag of what is there, a strong one; null for nothing
   */
  boolean match(@Nullable String tag) {
    return ifMatch == null
        || (tag != null && tags(ifMatch).anyMatch(seen -> seen.equals(ANY) || seen.equals(tag)));
  }

  /** Whether what is there is none of what it must not be; whether a tag is weak does not count. */
  boolean allow(@Nullable String tag) {
    return ifNoneMatch == null
        || tag == null
        || tags(ifNoneMatch)
            .map(seen -> seen.startsWith(WEAK) ? seen.substring(WEAK.length()) : seen)
            .noneMatch(seen -> seen.equals(ANY) || seen.equals(tag));
  }

  private static Stream<String> tags(String field) {
    return Arrays.stream(field.split(",", -1)).map(String::strip).filter(tag -> !tag.isEmpty());
  }
}
