package dev.weir.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a folder are read, where Tyk keeps an OAS API in two: {@code NAME-oas.json} as it
 * was written, and {@code NAME.json} with {@code is_oas}, made of it. The first of them is the
 * truth, and the second is for Tyk: so it does not matter where a write of both was cut off, or
 * that somebody has edited the first. As in Tyk, the first one is nothing beside a second one
 * without {@code is_oas}.
 */
final class OasPairs {
  private final List<Path> files;
  private final Set<Path> shadowed = new HashSet<>();
  private final Map<Path, String> ids = new HashMap<>();

  /**
   * @param all the files of a folder, in the order in which they are read
   */
  OasPairs(List<Path> all) {
    this.files = new ArrayList<>(all);
    for (Path oas : all) {
      Path half = ApiReader.isOas(oas) ? half(oas) : null;
      if (half != null && all.contains(half)) {
        pair(oas, half);
      }
    }
  }

  /** Where the classic half of an OAS document is. */
  static Path half(Path oas) {
    String name = String.valueOf(oas.getFileName());
    return oas.resolveSibling(
        name.substring(0, name.length() - ApiReader.OAS_SUFFIX.length()) + ".json");
  }

  private void pair(Path oas, Path half) {
    Json json = DocumentFile.readRegular(half).value();
    if (json instanceof Json.Obj object && !isOn(member(object, "is_oas"))) {
      shadowed.add(oas);
      return;
    }
    files.remove(half);
    if (json instanceof Json.Obj object
        && member(object, "api_id") instanceof Json.Text(_, String id)) {
      ids.put(oas, id);
    }
  }

  private static boolean isOn(@Nullable Json json) {
    return json instanceof Json.Bool(_, boolean on) && on;
  }

  /** A member, found without regard to case, as Go does. */
  private static @Nullable Json member(Json.Obj object, String name) {
    Json found = null;
    for (Map.Entry<String, Json.Member> member : object.members().entrySet()) {
      found = member.getKey().equalsIgnoreCase(name) ? member.getValue().value() : found;
    }
    return found;
  }

  /** What is read. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** The same file, or none of it where it does not count or belongs to another API. */
  ApiFile checked(ApiFile file) {
    if (shadowed.contains(file.path())) {
      Problem note =
          Origin.whole(file.path().toString())
              .note(
                  "",
                  "is not read, since "
                      + half(file.path()).getFileName()
                      + " beside it is a classic API");
      return new ApiFile(file.path(), null, null, List.of(note));
    }
    String id = ids.get(file.path());
    if (id == null || id.equals(file.apiId())) {
      return file;
    }
    List<Problem> problems = new ArrayList<>(file.problems());
    problems.add(
        Origin.whole(file.path().toString())
            .error(
                "",
                "has another id than its classic half " + half(file.path()).getFileName(),
                "delete one of them"));
    return new ApiFile(file.path(), file.apiId(), null, problems);
  }
}
