package dev.weir.admin;

import java.util.List;
import java.util.Map;

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

  /** Without what may be secret. */
  @Override
  public String toString() {
    return method + " of " + resource();
  }
}
