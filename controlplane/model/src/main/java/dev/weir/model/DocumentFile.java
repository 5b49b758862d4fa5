package dev.weir.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file on disk, or one after the other in the same buffer. What they hold never costs more
 * memory than a start can spare. For one thread.
 */
final class DocumentFile {

  private static final int MAX_MEBIBYTES = 8;
  private static final int MAX_BYTES = MAX_MEBIBYTES << 20;

  private static final int MOST_BYTES_OF_A_CHAR = 3;

  /** Most definitions are shorter, and a buffer is made for each single file too. */
  private static final int FIRST_BYTES = 8 << 10;

  /** For more at a time the JDK makes a buffer of its own, and keeps it. */
  private static final int READ_BYTES = 64 << 10;

  private byte[] buffer = new byte[FIRST_BYTES];
  private int length;

  /** Whether a text would come to a file that is not read. */
  static boolean isTooLarge(String text) {
    return text.length() > MAX_BYTES / MOST_BYTES_OF_A_CHAR
        && text.getBytes(UTF_8).length > MAX_BYTES;
  }

  /** Reads the file into a tree; a file that cannot be read is a problem like any other. */
  static Reading<Json> read(Path file) {
    var document = new DocumentFile();
    return document.reading(file, document.load(file, false));
  }

  /** Reads one of many files: not a pipe or a device, where it might wait for ever. */
  static Reading<Json> readRegular(Path file) {
    var document = new DocumentFile();
    return document.reading(file, document.load(file, true));
  }

  private Reading<Json> reading(Path file, @Nullable Problem obstacle) {
    return obstacle == null ? json(file) : new Reading<>(null, List.of(obstacle));
  }

  /**
   * Takes the bytes of a file into the buffer, in the place of those of the one before.
   *
   * @param onlyRegular whether pipes and devices are refused
   * @return why it cannot be read; null when it was
   */
  @Nullable Problem load(Path file, boolean onlyRegular) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      if (found.isDirectory()) {
        return failed(file, "is a folder, a file is needed");
      }
      if (onlyRegular && !found.isRegularFile()) {
        return failed(file, "is not a regular file");
      }
      return fill(file) ? null : failed(file, "is larger than " + MAX_MEBIBYTES + " MiB");
    } catch (NoSuchFileException e) {
      return failed(file, "does not exist");
    } catch (AccessDeniedException e) {
      return failed(file, "cannot be read, permission denied");
    } catch (IOException e) {
      return failed(file, "cannot be read, " + e.getMessage());
    }
  }

  /** Says whether it was not too much. */
  private boolean fill(Path file) throws IOException {
    length = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read; (read = read(in)) >= 0; ) {
        length += read;
        if (length > MAX_BYTES) {
          return false;
        }
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, Math.min(2 * length, MAX_BYTES + 1));
        }
      }
    }
    return true;
  }

  private int read(InputStream in) throws IOException {
    return in.read(buffer, length, Math.min(READ_BYTES, buffer.length - length));
  }

  /** What tells what was loaded from what else could have been. */
  byte[] digest(MessageDigest algorithm) {
    algorithm.update(buffer, 0, length);
    return algorithm.digest();
  }

  /** What was loaded, as a tree. */
  Reading<Json> json(Path file) {
    return JsonReader.read(file.toString(), Arrays.copyOf(buffer, length));
  }

  private static Problem failed(Path file, String message) {
    return Origin.whole(file.toString()).error("", message, null);
  }
}
