package dev.weir.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A JSON file on disk. What it holds never costs more memory than a start can spare. */
final class DocumentFile {

  private static final int MAX_MEBIBYTES = 8;
  private static final int MAX_BYTES = MAX_MEBIBYTES << 20;

  private DocumentFile() {}

  /** Reads the file into a tree; a file that cannot be read is a problem like any other. */
  static Reading<Json> read(Path file) {
    String name = file.toString();
    try {
      if (Files.isDirectory(file)) {
        return failed(name, "is a folder, a file is needed");
      }
      return content(name, file);
    } catch (NoSuchFileException e) {
      return failed(name, "does not exist");
    } catch (AccessDeniedException e) {
      return failed(name, "cannot be read, permission denied");
    } catch (IOException e) {
      return failed(name, "cannot be read, " + e.getMessage());
    }
  }

  /** Reads one of many files: not a pipe or a device, where it might wait for ever. */
  static Reading<Json> readRegular(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)
        ? failed(file.toString(), "is not a regular file")
        : read(file);
  }

  private static Reading<Json> content(String name, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? failed(name, "is larger than " + MAX_MEBIBYTES + " MiB")
          : JsonReader.read(name, bytes);
    }
  }

  private static Reading<Json> failed(String name, String message) {
    return new Reading<>(null, List.of(Origin.whole(name).error("", message, null)));
  }
}
