package dev.weir.model;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A JSON file on disk. */
final class DocumentFile {

  private DocumentFile() {}

  /** Reads the file into a tree; a file that cannot be read is a problem like any other. */
  static Reading<Json> read(Path file) {
    String name = file.toString();
    try {
      if (Files.isDirectory(file)) {
        return failed(name, "is a folder, a file is needed");
      }
      return JsonReader.read(name, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return failed(name, "does not exist");
    } catch (AccessDeniedException e) {
      return failed(name, "cannot be read, permission denied");
    } catch (IOException e) {
      return failed(name, "cannot be read, " + e.getMessage());
    }
  }

  private static Reading<Json> failed(String name, String message) {
    return new Reading<>(null, List.of(Origin.whole(name).error("", message, null)));
  }
}
