package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.CurrentPolicies;
import dev.weir.model.GatewayConfig.PolicySource;
import dev.weir.model.PolicyDefinition;
import dev.weir.model.PolicyFile;
import dev.weir.model.PolicyFolder;
import dev.weir.model.PolicyReader;
import dev.weir.store.DurableFile;
import dev.weir.store.FolderTurn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies, which people edit too: a write replaces a whole file or none, and is there after a
 * crash once it has returned. For all threads, of which one at a time may write.
 */
final class PolicyFiles {
  private static final String NOT_IN_DASHBOARD =
      "Due to enabled service policy source, please use the Dashboard API";

  private final PolicySource source;
  private final PolicyReader reader = new PolicyReader();
  private final CurrentPolicies current;
  private final FolderTurn turn;

  PolicyFiles(PolicySource source) {
    this.source = source;
    this.current = new CurrentPolicies(source, InstantSource.system());
    this.turn =
        new FolderTurn(
            source.folder() == null ? Path.of("") : source.folder(), "policies", ApiFiles.PATIENCE);
  }

  /** Whose turn it is, of this and other gateways. */
  FolderTurn turn() {
    return turn;
  }

  /** Why nothing can be written; null when it can. */
  @Nullable String obstacle() {
    if (source.fromDashboard()) {
      return NOT_IN_DASHBOARD;
    }
    return source.folder() == null
        ? "policies.policy_path is not set in tyk.conf, thus policies cannot be written"
        : null;
  }

  /** Whether there are files that nobody knows, one of which a write might have to replace. */
  boolean isUnreadable() {
    Path folder = source.folder();
    return folder != null && Files.isDirectory(folder) && now().isUnreadable();
  }

  /** All that there is. */
  PolicyFolder now() {
    return reader.read(source);
  }

  /** Those without an error, by their ids. */
  Map<String, PolicyDefinition> policies() {
    return now().policies();
  }

  /** The same for keys, of which each write asks. */
  Map<String, PolicyDefinition> forKeys() {
    return current.now();
  }

  /** Reads a policy that has no file yet, as the file that it would be. */
  PolicyFile read(String id, String text) {
    return reader.read(file(id), text);
  }

  void write(String id, String text) throws IOException {
    Path file = file(id);
    Path folder = file.getParent();
    if (folder != null) {
      DurableFile.createFolder(folder);
    }
    var contents = new LinkedHashMap<Path, Optional<byte[]>>();
    contents.put(file, Optional.of(text.getBytes(UTF_8)));
    DurableFile.replaceAll(contents);
  }

  /**
   * Whether a write of a policy would take the place of something: of one with its id, or of the
   * file that is called so and that nobody can read.
   */
  boolean isHeld(String id) {
    Path named = named(id, "");
    return now().files().stream()
        .anyMatch(file -> file.id() == null ? file.path().equals(named) : id.equals(file.id()));
  }

  /** The names of several files that have an id, of which nobody knows which counts; else empty. */
  List<String> rivals(String id) {
    List<Path> all = files(id);
    return all.size() < 2
        ? List.of()
        : all.stream().map(file -> String.valueOf(file.getFileName())).toList();
  }

  /** Whether there is one with an id, with errors or not. */
  boolean has(String id) {
    return !files(id).isEmpty();
  }

  /** Deletes all that have an id, so that no second one takes its place, or none of them. */
  void delete(String id) throws IOException {
    var contents = new LinkedHashMap<Path, Optional<byte[]>>();
    files(id).forEach(file -> contents.put(file, Optional.empty()));
    DurableFile.replaceAll(contents);
  }

  private List<Path> files(String id) {
    return now().files().stream()
        .filter(file -> id.equals(file.id()))
        .map(PolicyFile::path)
        .toList();
  }

  /** Where the policy with this id is, or would be: not where another one is. */
  private Path file(String id) {
    return files(id).stream().findFirst().orElseGet(() -> free(id));
  }

  private Path free(String id) {
    Path file = named(id, "");
    for (int i = 2; holdsAnother(file); i++) {
      file = named(id, "-" + i);
    }
    return file;
  }

  private Path named(String id, String more) {
    Path folder = source.folder() == null ? Path.of("") : source.folder();
    return folder.resolve(id + more + ".json");
  }

  /** A file that cannot be read is what its name says, so that it can be put right. */
  private boolean holdsAnother(Path file) {
    return now().files().stream()
        .anyMatch(other -> other.path().equals(file) && other.id() != null);
  }
}
