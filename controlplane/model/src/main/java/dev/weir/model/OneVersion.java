package dev.weir.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one entry of {@code version_data.versions} whose rules are those of its API.
 *
 * @param place of it in the document
 */
record OneVersion(Settings settings, String place) {
  private static final String VERSIONS = "version_data.versions";

  /** Null where there is none, or more than one. */
  static @Nullable OneVersion of(Settings api) {
    Map<String, Json> versions = api.members(VERSIONS);
    if (versions.size() != 1) {
      return null;
    }
    Map.Entry<String, Json> only = versions.entrySet().iterator().next();
    return only.getValue() instanceof Json.Obj version
        ? new OneVersion(
            new Settings(version, ApiKeys.VERSION, null), VERSIONS + "." + only.getKey())
        : null;
  }
}
