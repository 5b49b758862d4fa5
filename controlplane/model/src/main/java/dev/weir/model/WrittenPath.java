package dev.weir.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code allowed_urls} as it stands in a key or a policy, for checks that need more
 * than the document.
 *
 * @param apiId of which API it is
 * @param url a path, or a pattern of Tyk's
 * @param origin where it was written
 * @param place its path in the document
 */
public record WrittenPath(String apiId, String url, Origin origin, String place) {
  private static final String RIGHTS = "access_rights";

  /** Those of a key's document, or a policy's. */
  public static List<WrittenPath> of(Settings document) {
    var paths = new ArrayList<WrittenPath>();
    document
        .members(RIGHTS)
        .forEach((id, json) -> {
          if (json instanceof Json.Obj right
              && right.get("allowed_urls") instanceof Json.Arr list) {
            add(id, list.items(), paths);
          }
        });
    return paths;
  }

  private static void add(String apiId, List<Json> urls, List<WrittenPath> paths) {
    for (int i = 0; i < urls.size(); i++) {
      if (urls.get(i) instanceof Json.Obj entry
          && entry.get("url") instanceof Json.Text(Origin at, String url)) {
        String place = RIGHTS + "." + apiId + ".allowed_urls[" + i + "].url";
        paths.add(new WrittenPath(apiId, url, at, place));
      }
    }
  }

  /** A problem with it that keeps its document from being taken. */
  public Problem error(String message, @Nullable String hint) {
    return origin.error(place, message, hint);
  }

  /** A warning about it. */
  public Problem warning(String message, @Nullable String hint) {
    return origin.warning(place, message, hint);
  }
}
