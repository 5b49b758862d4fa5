package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.model.GatewayConfig;
import dev.weir.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code pid_file_location}: the number of the process, for whoever supervises it, from when it is
 * ready until it has stopped. A file that an earlier process left behind is replaced. As in Tyk,
 * one that cannot be written keeps nothing from being served. For one thread.
 */
final class PidFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

  private final Path file;
  private final boolean wished;
  private final String number = Long.toString(ProcessHandle.current().pid());

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
      DurableFile.writePublic(file, (number + "\n").getBytes(US_ASCII));
    } catch (IOException e) {
      if (wished) {
        LOG.atWarn().addKeyValue("reason", e).log("pid_file_location cannot be written");
      }
    }
  }

  /** Removes it, unless another process has written its own number there. */
  @Override
  public void close() {
    try {
      if (Files.exists(file) && Files.readString(file, US_ASCII).strip().equals(number)) {
        DurableFile.delete(file);
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e).log("pid_file_location cannot be removed");
    }
  }
}
