package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiFolder;
import dev.weir.model.ApiReader;
import dev.weir.store.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The folder of API definitions, which people edit too: a write replaces a whole file or none, and
 * is there after a crash once it has returned. For one thread at a time.
 */
final class ApiFiles {
  /** What may be the name of a file anywhere, and leads nowhere else. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  private final Path folder;
  private final ApiReader reader;

  ApiFiles(Path folder, ApiReader reader) {
    this.folder = folder;
    this.reader = reader;
  }

  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** An id that no other definition has. */
  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  ApiFolder read() {
    return reader.readFolder();
  }

  /** Reads a definition that has no file yet, as the file that it would be. */
  ApiFile read(String id, String text) {
    return reader.read(file(id), text);
  }

  /** Where the definition with this id is, or would be: not where another one is. */
  Path file(String id) {
    return existing(id).map(ApiFile::path).orElseGet(() -> free(id));
  }

  /**
   * The file that has a definition with this id, good or bad: of several the one that is served,
   * else one that could be.
   */
  Optional<ApiFile> existing(String id) {
    return files(id).stream().max(Comparator.comparingInt(ApiFiles::worth));
  }

  private static int worth(ApiFile file) {
    ApiDefinition api = file.definition();
    return api == null ? 0 : api.active() ? 2 : 1;
  }

  private List<ApiFile> files(String id) {
    return read().files().stream().filter(file -> id.equals(file.apiId())).toList();
  }

  /** Its name in the folder is an id of its own, unless people have called a file so. */
  private Path free(String id) {
    Path file = folder.resolve(id + ".json");
    for (int i = 2; holdsAnother(file); i++) {
      file = folder.resolve(id + "-" + i + ".json");
    }
    return file;
  }

  /** A file that cannot be read is what its name says, so that it can be put right. */
  private boolean holdsAnother(Path file) {
    return read().files().stream()
        .anyMatch(other -> other.path().equals(file) && other.apiId() != null);
  }

  void write(ApiDefinition api, String text) throws IOException {
    DurableFile.replace(file(api.apiId()), text.getBytes(UTF_8));
  }

  /** Deletes all that have an id, so that no second one takes its place; says whether any did. */
  boolean delete(String id) throws IOException {
    boolean deleted = false;
    for (ApiFile file : files(id)) {
      deleted |= DurableFile.delete(file.path());
    }
    return deleted;
  }
}
