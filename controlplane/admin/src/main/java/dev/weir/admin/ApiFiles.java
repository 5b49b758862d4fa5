package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiFolder;
import dev.weir.model.ApiReader;
import dev.weir.model.OasExport;
import dev.weir.model.OasHalf;
import dev.weir.model.Problem;
import dev.weir.store.DurableFile;
import dev.weir.store.FolderTurn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder of API definitions, which people edit too: a write replaces a whole file or none, and
 * is there after a crash once it has returned. For all threads, of which one at a time has a turn,
 * of all gateways that have the folder; writes are for that one.
 */
final class ApiFiles {
  /** What may be the name of a file anywhere, and leads nowhere else. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  /** What follows {@code /apis} and {@code /apis/oas} and is no id. */
  private static final Set<String> PATHS = Set.of("oas", "export", "import");

  /**
   * Others who write hold up each other for milliseconds, and a second where there are thousands.
   */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final ApiReader reader;
  private final Supplier<Map<String, ApiDefinition>> served;
  private final FolderTurn turn;

  /** What was read in this turn; null where nothing was since it began, or since a write. */
  private @Nullable ApiFolder seen;

  /**
   * @param served by their ids, each with the file that it is from
   */
  ApiFiles(Path folder, ApiReader reader, Supplier<Map<String, ApiDefinition>> served) {
    this.folder = folder;
    this.reader = reader;
    this.served = served;
    this.turn = new FolderTurn(folder, "apis", PATIENCE);
  }

  static boolean isId(String id) {
    return ID.matcher(id).matches() && !PATHS.contains(id);
  }

  /** An id that no other definition has. */
  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** What is done to the folder. */
  interface Work {
    ControlAnswer run() throws IOException;
  }

  /**
   * The folder is read, checked and written as one, whichever gateways write to it; a turn in a
   * turn is the same.
   */
  ControlAnswer inTurn(ControlRequest request, Work work) {
    try {
      return request.isDryRun() ? turn.look(() -> afresh(work)) : turn.change(() -> afresh(work));
    } catch (IOException e) {
      return StoreAnswers.failed(e);
    }
  }

  private ControlAnswer afresh(Work work) throws IOException {
    try {
      return work.run();
    } finally {
      seen = null;
    }
  }

  /** Has the folder be read again in this turn: people may have edited it meanwhile. */
  void lookAgain() {
    seen = null;
  }

  /** What the folder holds: in a turn, what it held when it was first asked for. */
  ApiFolder read() {
    if (!turn.isMine()) {
      return reader.readFolder();
    }
    ApiFolder folder = seen == null ? reader.readFolder() : seen;
    seen = folder;
    return folder;
  }

  /** Whether there are files that nobody knows, one of which a write might have to replace. */
  boolean isUnreadable() {
    return Files.isDirectory(folder) && read().folderProblems().stream().anyMatch(Problem::isError);
  }

  /** The OAS document of a definition. */
  OasExport export(ApiDefinition api) {
    return OasExport.of(api, reader);
  }

  /** Reads a definition that has no file yet, as the file that it would be. */
  ApiFile read(ApiFormat format, String id, String text) {
    return format.read(reader, file(format, id), text);
  }

  /** Where the definition with this id is, or would be: not where another one is. */
  private Path file(ApiFormat format, String id) {
    return existing(id).map(there -> path(format, there)).orElseGet(() -> free(format, id));
  }

  /** A half that is left over makes way for its document. */
  private static Path path(ApiFormat format, ApiFile there) {
    Path path = there.path();
    return format == ApiFormat.CLASSIC || ApiReader.isOas(path) ? path : ApiReader.oasBeside(path);
  }

  /** What a file is written in, or was made of. */
  static ApiFormat format(ApiFile file) {
    Path path = file.path();
    boolean made =
        ApiReader.isOas(path) || OasHalf.beside(ApiReader.oasBeside(path)) == OasHalf.MADE;
    return made ? ApiFormat.OAS : ApiFormat.CLASSIC;
  }

  /**
   * What keeps a definition from being changed: nobody can tell what it is beside a file that
   * cannot be read. Empty where nothing does.
   */
  List<Problem> unclear(String id) {
    return existing(id)
        .filter(file -> halfOf(file) == OasHalf.UNREADABLE)
        .map(ApiFile::problems)
        .orElse(List.of());
  }

  /** What is beside a file, if that is a document. */
  private static OasHalf halfOf(ApiFile file) {
    return ApiReader.isOas(file.path()) ? OasHalf.beside(file.path()) : OasHalf.MISSING;
  }

  /**
   * The file that has a definition with this id, good or bad: of several the one that is served,
   * else one that could be.
   */
  Optional<ApiFile> existing(String id) {
    return files(id).stream()
        .filter(ApiFiles::counts)
        .max(Comparator.comparingInt(ApiFiles::worth));
  }

  /**
   * The file that is called so and that nobody can read; empty where it may be half of something
   * else, or has held an API of another id.
   */
  Optional<ApiFile> torn(String id) {
    Path classic = path(ApiFormat.CLASSIC, id);
    Path document = path(ApiFormat.OAS, id);
    return Files.exists(classic) && Files.exists(document)
        ? Optional.empty()
        : read().files().stream()
            .filter(file -> file.apiId() == null)
            .filter(file -> file.path().equals(classic) || file.path().equals(document))
            .filter(file -> !hasHeldAnother(file, id))
            .findFirst();
  }

  /** Whether something else is served as it was last read from a file. */
  private boolean hasHeldAnother(ApiFile file, String id) {
    return served.get().values().stream()
        .anyMatch(api -> file.path().equals(api.settings().file()) && !api.apiId().equals(id));
  }

  /** A document beside a classic API is none. */
  private static boolean counts(ApiFile file) {
    return halfOf(file) != OasHalf.CLASSIC;
  }

  private static int worth(ApiFile file) {
    ApiDefinition api = file.definition();
    return api == null ? 0 : api.active() ? 2 : 1;
  }

  private List<ApiFile> files(String id) {
    return read().files().stream().filter(file -> id.equals(file.apiId())).toList();
  }

  /**
   * Its name in the folder is an id of its own, unless people have called a file so, or it would be
   * taken for an OAS document.
   */
  private Path free(ApiFormat format, String id) {
    List<Path> held =
        read().files().stream()
            .filter(file -> file.apiId() == null ? hasHeldAnother(file, id) : counts(file))
            .map(ApiFile::path)
            .toList();
    String name = id;
    for (int i = 2; isTaken(format, name, held); i++) {
      name = id + "-" + i;
    }
    return path(format, name);
  }

  private Path path(ApiFormat format, String name) {
    return switch (format) {
      case CLASSIC -> folder.resolve(name + ".json");
      case OAS, PUBLIC_OAS -> ApiReader.oasFile(folder, name);
    };
  }

  /** A file that cannot be read is what its name says, so that it can be put right. */
  private boolean isTaken(ApiFormat format, String name, List<Path> held) {
    Path classic = path(ApiFormat.CLASSIC, name);
    return ApiReader.isOas(classic)
        || held.contains(classic)
        || held.contains(path(ApiFormat.OAS, name))
        || (format != ApiFormat.CLASSIC && Files.exists(classic));
  }

  /** A definition that is to be written. */
  record Text(ApiFormat format, ApiDefinition api, String text) {}

  /** Writes all of them or none, and for OAS documents the classic ones that are made of them. */
  void write(List<Text> all) throws IOException {
    SequencedMap<Path, Optional<byte[]>> contents = contents(all);
    seen = null;
    DurableFile.replaceAll(contents);
  }

  private SequencedMap<Path, Optional<byte[]>> contents(List<Text> all) {
    var contents = new LinkedHashMap<Path, Optional<byte[]>>();
    for (Text one : all) {
      Path file = file(one.format(), one.api().apiId());
      contents.put(file, bytes(one.text()));
      if (one.format() != ApiFormat.CLASSIC) {
        contents.put(ApiReader.classicHalf(file), bytes(one.api().settings().document()));
      }
    }
    return contents;
  }

  private static Optional<byte[]> bytes(String text) {
    return Optional.of(text.getBytes(UTF_8));
  }

  /**
   * Deletes all that have an id, so that no second one takes its place, and writes others before:
   * all of it or nothing.
   */
  void delete(String id, List<Text> besides) throws IOException {
    SequencedMap<Path, Optional<byte[]>> contents = contents(besides);
    List<ApiFile> named = files(id);
    List<ApiFile> all = named.isEmpty() ? torn(id).stream().toList() : named;
    for (ApiFile file : all) {
      gone(file).forEach(path -> contents.put(path, Optional.empty()));
    }
    seen = null;
    DurableFile.replaceAll(contents);
  }

  /**
   * What goes with a file, in this order: of a document the half that was made of it, since another
   * one may be another API; of a classic definition a document beside it goes first, whatever its
   * id, since alone it would count.
   */
  private static List<Path> gone(ApiFile file) {
    Path path = file.path();
    if (!ApiReader.isOas(path)) {
      return List.of(ApiReader.oasBeside(path), path);
    }
    return halfOf(file) == OasHalf.MADE
        ? List.of(path, ApiReader.classicHalf(path))
        : List.of(path);
  }
}
