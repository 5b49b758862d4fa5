package dev.weir.admin;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to the control API.
 *
 * @param path what follows the first segment, decoded, without empty segments
 * @param query names and values, of repeated names the first
 */
record ControlRequest(
    String method,
    List<String> path,
    Map<String, String> query,
    String body,
    Preconditions preconditions) {
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
    return new ControlRequest(method, other, query, body, preconditions);
  }

  /** The same place for another method and body. */
  ControlRequest as(String otherMethod, String otherBody) {
    return new ControlRequest(otherMethod, path, query, otherBody, preconditions);
  }

  /** What nobody can tell whether it is meant as a condition; null for nothing. */
  @Nullable String unclear() {
    String dryRun = query.get(DRY_RUN);
    if (dryRun != null && !dryRun.equals("false") && !DRY.contains(dryRun)) {
      return "dry_run: true or false is needed, nothing was done";
    }
    String empty = preconditions.empty();
    return empty == null
        ? null
        : empty + " is empty: it needs the ETag of what was read, or *, nothing was done";
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
   * Whether it is about what the caller has seen, if the caller says so.
   *
   * @param tag of what is there; null for nothing
   */
  boolean isAbout(@Nullable String tag) {
    return preconditions.match(tag) && preconditions.allow(tag);
  }

  /**
   * What is answered to who reads: nothing but the tag to who has it already (RFC 9110, 13.2.2).
   */
  ControlAnswer shown(ControlAnswer answer) {
    if (!method.equals("GET") || answer.tag().isEmpty()) {
      return answer;
    }
    if (!preconditions.match(answer.tag())) {
      return Old.changed(this);
    }
    return preconditions.allow(answer.tag()) ? answer : ControlAnswer.notModified(answer.tag());
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return method + " of " + resource();
  }
}
