package dev.weir.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.util.OSInfo;

/**
 * Where SQLite itself, a native library, is loaded from: where the build has laid it, else from a
 * file that the driver writes, in the folder of the store instead of the one for temporary files,
 * where others could be faster.
 */
final class SqliteLibrary {
  private static final String FOLDER = "org.sqlite.lib.path";
  private static final String WRITTEN_TO = "org.sqlite.tmpdir";

  private SqliteLibrary() {}

  /** Before the driver is used for the first time; after that it changes nothing. */
  static void prepare(Path storeFolder) throws IOException {
    if (System.getProperty(FOLDER) == null && !laidOut()) {
      Path folder = storeFolder.resolve("native");
      DurableFile.createFolder(folder);
      removeAll(folder);
      System.setProperty(WRITTEN_TO, folder.toString());
    }
  }

  private static boolean laidOut() {
    String name = System.mapLibraryName("sqlitejdbc");
    String platform = "org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS();
    for (String entry : System.getProperty("java.library.path", "").split(File.pathSeparator, -1)) {
      Path folder = Path.of(entry, platform.split("/", -1));
      if (!entry.isEmpty() && Files.exists(folder.resolve(name))) {
        System.setProperty(FOLDER, folder.toString());
        return true;
      }
    }
    return false;
  }

  /** What a process that was killed could not remove; a process that uses it keeps it. */
  private static void removeAll(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }
}
