package dev.weir.admin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request to the control API.
 *
 * @param path what follows the first segment, decoded, without empty segments
 * @param query names and values, of repeated names the first
 * @param ifMatch tags of which what is there has to have one; null for any
 */
record ControlRequest(
    String method,
    List<String> path,
    Map<String, String> query,
    String body,
    @Nullable String ifMatch) {
  static final String DRY_RUN = "dry_run";

  /** Nobody who writes them wants a change. */
  private static final Set<String> DRY = Set.of("", "true", "1");

  /** The first segment of that; empty for none. */
  String resource() {
    return path.isEmpty() ? "" : path.getFirst();
  }

  /** The same without the first segment. */
  ControlRequest below() {
    return at(path.subList(1, path.size()));
  }

  /** The same about something else. */
  ControlRequest at(List<String> other) {
    return new ControlRequest(method, other, query, body, ifMatch);
  }

  /** The same place to be replaced by another body. */
  ControlRequest asPut(String other) {
    return new ControlRequest("PUT", path, query, other, ifMatch);
  }

  /** What nobody can tell whether it is meant as a condition; null for nothing. */
  @Nullable String unclear() {
    String dryRun = query.get(DRY_RUN);
    if (dryRun != null && !dryRun.equals("false") && !DRY.contains(dryRun)) {
      return "dry_run: true or false is needed, nothing was done";
    }
    return ifMatch != null && tags(ifMatch).findAny().isEmpty()
        ? "If-Match is empty: it needs the ETag of what was read, or *, nothing was done"
        : null;
  }

  /** Whether it only wants to know what would be done. */
  boolean isDryRun() {
    String value = query.get(DRY_RUN);
    return value != null && !value.equals("false");
  }

  boolean isOn(String option) {
    String value = query.get(option);
    return "true".equals(value) || "1".equals(value);
  }

  /**
   * Whether it is about what the caller has seen, if the caller says so: {@code If-Match}, RFC
   * 9110.
   *
   * @param tag of what is there; null for nothing
   */
  boolean isAbout(@Nullable String tag) {
    return ifMatch == null
        || (tag != null && tags(ifMatch).anyMatch(seen -> seen.equals("*") || seen.equals(tag)));
  }

  private static Stream<String> tags(String ifMatch) {
    return Arrays.stream(ifMatch.split(",", -1)).map(String::strip).filter(tag -> !tag.isEmpty());
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return method + " of " + resource();
  }
}
