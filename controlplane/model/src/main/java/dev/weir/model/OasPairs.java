package dev.weir.model;

import static dev.weir.model.OasHalf.UNREADABLE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Known known;
  private final List<Path> files;

  /** The classic halves that are there, by their documents. */
  private final Map<Path, Half> halves = new HashMap<>();

  private final Set<Path> shadowed = new HashSet<>();
  private final Set<Path> unclear = new HashSet<>();

  /**
   * @param known of this folder
   * @param all the files of a folder, sorted
   */
  OasPairs(ApiReader reader, Known known, List<Path> all) {
    this.reader = reader;
    this.known = known;
    List<Path> documents =
        all.stream()
            .filter(ApiReader::isOas)
            .filter(oas -> Collections.binarySearch(all, half(oas)) >= 0)
            .toList();
    List<Half> beside =
        known.halves.read(documents.stream().map(OasPairs::half).toList(), Half::of);
    Set<Path> unread = new HashSet<>();
    for (int i = 0; i < documents.size(); i++) {
      if (isMade(documents.get(i), beside.get(i))) {
        unread.add(half(documents.get(i)));
      }
    }
    known.pairs.keySet().retainAll(halves.keySet());
    this.files =
        unread.isEmpty() ? all : all.stream().filter(file -> !unread.contains(file)).toList();
  }

  /** What was found out before, which counts as long as neither half changes. For all threads. */
  static final class Known {
    private final KnownFiles<Half> halves = new KnownFiles<>(half -> half.what() != UNREADABLE);
    private final Map<Path, Pair> pairs = new ConcurrentHashMap<>();
  }

  /** A classic half, without what it says. */
  private record Half(OasHalf what, @Nullable String id) {
    static Half of(Path file, Reading<Json> document) {
      return new Half(OasHalf.of(document.value()), OasHalf.id(document.value()));
    }
  }

  /** What a document has come to beside a half. */
  private record Pair(ApiFile document, Half half, ApiFile checked) {
    @SuppressWarnings("ReferenceEquality") // files that have not changed are the same objects
    boolean isOf(ApiFile file, Half beside) {
      return document == file && half == beside;
    }
  }

  /** Where the classic half of an OAS document is. */
  static Path half(Path oas) {
    String name = String.valueOf(oas.getFileName());
    return oas.resolveSibling(
        name.substring(0, name.length() - ApiReader.OAS_SUFFIX.length()) + ".json");
  }

  private boolean isMade(Path oas, Half half) {
    return switch (half.what()) {
      case MADE -> {
        halves.put(oas, half);
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
    Half half = halves.get(path);
    return half == null ? file : beside(half, file);
  }

  private ApiFile beside(Half half, ApiFile file) {
    Pair before = known.pairs.get(file.path());
    if (before != null && before.isOf(file, half)) {
      return before.checked();
    }
    ApiFile checked = besideHalf(file, half);
    known.pairs.put(file.path(), new Pair(file, half, checked));
    return checked;
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

  private ApiFile besideHalf(ApiFile file, Half half) {
    String id = half.id();
    if (id != null && !id.equals(file.apiId())) {
      return with(file, null, otherId(file.path()));
    }
    ApiDefinition api = file.definition();
    Json json = DocumentFile.readRegular(half(file.path())).value();
    Problem stale = api == null || json == null ? null : stale(api, file.path(), json);
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
