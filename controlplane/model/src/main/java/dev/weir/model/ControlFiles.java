package dev.weir.model;

import java.nio.file.Path;

/**
 * What a gateway leaves in its data folder so that commands on the same machine reach its control
 * API.
 *
 * @param folder only its owner may enter it
 */
public record ControlFiles(Path folder) {

  /** The secret of a gateway whose configuration has none. */
  public Path secret() {
    return folder.resolve("control.secret");
  }

  /** A socket of the machine's own (AF_UNIX) that the control API is served on, too. */
  public Path socket() {
    return folder.resolve("control.sock");
  }
}
