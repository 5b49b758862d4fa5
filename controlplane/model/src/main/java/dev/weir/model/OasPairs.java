package dev.weir.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a folder are read, where Tyk keeps an OAS API in two: {@code NAME-oas.json} as it
 * was written, and {@code NAME.json} with {@code is_oas}, made of it. The first of them is the
 * truth, and the second is for Tyk: so it does not matter where a write of both was cut off, or
 * that somebody has edited the first. As in Tyk, the first one is nothing beside a second one
 * without {@code is_oas}; and where the second one cannot be read, neither counts.
 */
final class OasPairs {
  private final ApiReader reader;
  private final List<Path> files;

  /** The classic halves that are there, by their documents. */
  private final Map<Path, Json> halves = new HashMap<>();

  private final Set<Path> shadowed = new HashSet<>();
  private final Set<Path> unclear = new HashSet<>();

  /**
   * @param all the files of a folder, in the order in which they are read
   */
  OasPairs(ApiReader reader, List<Path> all) {
    this.reader = reader;
    Set<Path> unread = new HashSet<>();
    Set<Path> there = Set.copyOf(all);
    for (Path oas : all) {
      if (ApiReader.isOas(oas) && there.contains(half(oas)) && isMade(oas, half(oas))) {
        unread.add(half(oas));
      }
    }
    this.files = all.stream().filter(file -> !unread.contains(file)).toList();
  }

  /** Where the classic half of an OAS document is. */
  static Path half(Path oas) {
    String name = String.valueOf(oas.getFileName());
    return oas.resolveSibling(
        name.substring(0, name.length() - ApiReader.OAS_SUFFIX.length()) + ".json");
  }

  private boolean isMade(Path oas, Path half) {
    Json json = DocumentFile.readRegular(half).value();
    return switch (OasHalf.of(json)) {
      case MADE -> {
        halves.put(oas, Objects.requireNonNull(json));
        yield true;
      }
      case CLASSIC -> {
        shadowed.add(oas);
        yield false;
      }
      case UNREADABLE, MISSING -> {
        unclear.add(oas);
        yield false;
      }
    };
  }

  /** What is read. */
  List<Path> files() {
    return files;
  }

  /** The same file, or none of it where it does not count or belongs to another API. */
  ApiFile checked(ApiFile file) {
    Path path = file.path();
    if (shadowed.contains(path)) {
      return unread(file, shadow(path));
    }
    if (unclear.contains(path)) {
      return unread(file, cannotBeTold(path));
    }
    Json half = halves.get(path);
    return half == null ? file : besideHalf(file, half);
  }

  private static ApiFile unread(ApiFile file, Problem why) {
    return new ApiFile(file.path(), file.apiId(), null, List.of(why));
  }

  private static Problem shadow(Path oas) {
    return Origin.whole(oas.toString())
        .warning(
            "",
            "is not read, since " + half(oas).getFileName() + " beside it is a classic API",
            "delete one of them");
  }

  private static Problem cannotBeTold(Path oas) {
    return Origin.whole(oas.toString())
        .error(
            "",
            "is not served, since "
                + half(oas).getFileName()
                + " beside it cannot be read and may be a classic API",
            "mend that file or delete it");
  }

  private ApiFile besideHalf(ApiFile file, Json half) {
    String id = OasHalf.id(half);
    if (id != null && !id.equals(file.apiId())) {
      return with(file, null, otherId(file.path()));
    }
    ApiDefinition api = file.definition();
    Problem stale = api == null ? null : stale(api, file.path(), half);
    return stale == null ? file : with(file, api, stale);
  }

  private static ApiFile with(ApiFile file, @Nullable ApiDefinition api, Problem more) {
    List<Problem> problems = new ArrayList<>(file.problems());
    problems.add(more);
    return new ApiFile(file.path(), file.apiId(), api, problems);
  }

  private static Problem otherId(Path oas) {
    return Origin.whole(oas.toString())
        .error(
            "",
            "has another id than its classic half " + half(oas).getFileName(),
            "delete one of them");
  }

  /** Who has edited the half has changed nothing here, and would not find out why. */
  private @Nullable Problem stale(ApiDefinition api, Path oas, Json half) {
    if (JsonWriter.text(half).equals(api.settings().document())) {
      return null;
    }
    ApiDefinition other = reader.read(half(oas), JsonWriter.text(OasHalf.alone(half))).definition();
    List<String> parts = other == null ? List.of("all of it") : OasExport.differing(api, other);
    return parts.isEmpty()
        ? null
        : Origin.whole(oas.toString())
            .warning(
                "",
                "counts, though %s says something else of %s"
                    .formatted(half(oas).getFileName(), String.join(", ", parts)),
                "edit the document only, and write it by the control API");
  }
}
