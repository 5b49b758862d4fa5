package dev.weir.admin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the control API.
 *
 * @param path what follows the first segment, decoded, without empty segments
 * @param query names and values, of repeated names the first
 * @param ifMatch tags of which what is there has to have one; empty for any
 */
record ControlRequest(
    String method, List<String> path, Map<String, String> query, String body, String ifMatch) {

  /** The first segment of that; empty for none. */
  String resource() {
    return path.isEmpty() ? "" : path.getFirst();
  }

  boolean asksFor(String option) {
    return "true".equals(query.get(option));
  }

  /** The same where Tyk takes 1 as well. */
  boolean isOn(String option) {
    return asksFor(option) || "1".equals(query.get(option));
  }

  /**
   * Whether it is about what the caller has seen, if the caller says so: {@code If-Match}, RFC
   * 9110.
   *
   * @param tag of what is there; null for nothing
   */
  boolean isAbout(@Nullable String tag) {
    return ifMatch.isEmpty()
        || (tag != null
            && Arrays.stream(ifMatch.split(",", -1))
                .map(String::strip)
                .anyMatch(seen -> seen.equals("*") || seen.equals(tag)));
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return method + " of " + resource();
  }
}
