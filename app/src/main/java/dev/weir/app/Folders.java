package dev.weir.app;

import dev.weir.model.GatewayConfig;
import dev.weir.store.DurableFile;
import dev.weir.store.FolderTurn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of API definitions and policies, or the file of these, and how they were when they
 * were last read. For all threads.
 */
final class Folders {
  private final List<Path> folders;
  private volatile Map<Path, Object> read;

  private record Stamp(@Nullable Object key, long size, FileTime modified) {}

  private Folders(List<Path> folders) {
    this.folders = folders;
    this.read = stamps();
  }

  /** Those of a configuration, as they are now; none where nobody asks for what changes there. */
  static Folders of(GatewayConfig config) {
    if (!config.weir().autoReload()) {
      return new Folders(List.of());
    }
    GatewayConfig.PolicySource policies = config.policies();
    Path kept = policies.folder() == null ? policies.record() : policies.folder();
    Path apis = config.apis().appPath();
    return new Folders(kept == null ? List.of(apis) : List.of(apis, kept));
  }

  /** They are about to be read: what changes from now on has not been. */
  void beginReading() {
    read = stamps();
  }

  /** Whether they were read when they were like this. */
  boolean wereReadAs(Map<Path, Object> stamps) {
    return stamps.equals(read);
  }

  /** What is different once a file has changed; of a folder that cannot be read nothing is. */
  Map<Path, Object> stamps() {
    Map<Path, Object> stamps = new TreeMap<>();
    folders.forEach(folder -> stamps.putAll(stamps(folder)));
    return stamps;
  }

  private static Map<Path, Object> stamps(Path folder) {
    Map<Path, Object> stamps = new TreeMap<>();
    if (Files.isRegularFile(folder)) {
      stamps.put(folder, stamp(folder));
      return stamps;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Folders::isKept).toList()) {
        stamps.put(file, stamp(file));
      }
    } catch (IOException | UncheckedIOException e) {
      stamps.clear();
    }
    return stamps;
  }

  private static boolean isKept(Path file) {
    return !DurableFile.isDraft(file) && !FolderTurn.isLock(file);
  }

  private static Object stamp(Path file) {
    try {
      var found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.fileKey(), found.size(), found.lastModifiedTime());
    } catch (IOException e) {
      return "gone";
    }
  }
}
