package dev.weir.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The versions of an API, of which its callers name one.
 *
 * @param field {@code definition.key}, of the head, that has the name; in lower case
 * @param strips {@code strip_versioning_data}: whether servers do not get the field
 * @param byDefault {@code default_version}, for callers without it
 * @param all in the order of the document
 */
public record ApiVersions(
    String field, boolean strips, Optional<String> byDefault, List<Version> all) {
  public ApiVersions {
    all = List.copyOf(all);
  }

  /**
   * One of them.
   *
   * @param expires from when on it is not served
   * @param api the definition as if there were no other version
   */
  public record Version(String name, Optional<Instant> expires, ApiDefinition api) {}
}
