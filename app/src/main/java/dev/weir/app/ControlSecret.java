package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.ControlFiles;
import dev.weir.model.Secret;
import dev.weir.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The secret of the control API where the configuration has none: made once, kept in a file. */
final class ControlSecret {
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private ControlSecret() {}

  /**
   * Reads it, and makes it the first time.
   *
   * @throws IOException when it cannot be had, or others may read it; the message says why
   */
  static Secret of(ControlFiles files) throws IOException {
    Path file = files.secret();
    if (!Files.exists(file)) {
      byte[] made = new byte[BYTES];
      new SecureRandom().nextBytes(made);
      DurableFile.createFolder(files.folder());
      DurableFile.writeNew(file, (HexFormat.of().formatHex(made) + "\n").getBytes(UTF_8));
    }
    String exposure = DurableFile.exposure(file, "chmod 600");
    if (exposure != null) {
      throw new IOException(exposure);
    }
    DurableFile.removeTwins(file);
    String text = Files.readString(file).strip();
    if (!FORM.matcher(text).matches()) {
      throw new IOException(file + " does not hold 64 hexadecimal digits, delete it for a new one");
    }
    return new Secret(text);
  }
}
