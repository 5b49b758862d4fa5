package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.model.GatewayConfig;
import dev.weir.store.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * {@code pid_file_location}: the number of the process, for whoever supervises it, from when it is
 * ready until it has stopped. A file that an earlier process left behind is replaced, nothing else
 * is. As in Tyk, one that cannot be written keeps nothing from being served. For one thread.
 */
final class PidFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

  /** Bytes of a file that are read: more than a number has. */
  private static final int LONGEST = 32;

  private final Path file;
  private final boolean wished;
  private final String number = Long.toString(ProcessHandle.current().pid());
  private boolean written;

  /**
   * @param wished whether somebody set the place: the default one, a folder of Tyk's packages, may
   *     not be there
   */
  PidFile(Path file, boolean wished) {
    this.file = file;
    this.wished = wished;
  }

  static PidFile of(GatewayConfig config) {
    return new PidFile(config.operation().pidFile(), config.settings().says("pid_file_location"));
  }

  /** Says in it that the process is ready. */
  void write() {
    try {
      String obstacle = obstacle();
      if (obstacle == null) {
        DurableFile.writePublic(file, (number + "\n").getBytes(US_ASCII));
        written = true;
      } else {
        LOG.atLevel(wished ? Level.ERROR : Level.WARN)
            .addKeyValue("file", file)
            .addKeyValue("reason", obstacle)
            .log("pid_file_location is left as it is");
      }
    } catch (IOException e) {
      if (wished) {
        LOG.atWarn().addKeyValue("reason", e).log("pid_file_location cannot be written");
      }
    }
  }

  /** What at its place is not to be replaced; null for nothing. */
  private @Nullable String obstacle() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (!isOrdinary()) {
      return "no ordinary file is there, name another place";
    }
    String found = content();
    if (found.isEmpty() || found.equals(number)) {
      return null;
    }
    if (!found.matches("[0-9]{1,18}")) {
      return "what is there holds no number of a process, name another place";
    }
    return ProcessHandle.of(Long.parseLong(found)).isEmpty()
        ? null
        : "process " + found + " is running, name another place, or remove the file if it is stale";
  }

  /** Not a device, a pipe or a link, which would be opened or lost. */
  private boolean isOrdinary() {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private String content() throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return new String(in.readNBytes(LONGEST), US_ASCII).strip();
    }
  }

  /** Removes it if it was written, unless another process has put its own number there. */
  @Override
  public void close() {
    try {
      if (written && isOrdinary() && content().equals(number)) {
        DurableFile.delete(file);
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e).log("pid_file_location cannot be removed");
    }
  }
}
