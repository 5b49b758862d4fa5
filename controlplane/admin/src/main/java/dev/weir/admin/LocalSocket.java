package dev.weir.admin;

import dev.weir.model.ControlFiles;
import dev.weir.store.DurableFile;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of a socket in the data folder, for commands on the same machine. Nobody but the owner
 * of the folder gets there, whatever ports speak and whoever may reach them.
 */
final class LocalSocket {
  /** What systems have room for, in bytes, less what names may need that are not ASCII. */
  private static final int MAX_LENGTH = 100;

  private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);

  private LocalSocket() {}

  /** Where to bind it; empty when it cannot be, which the log says. */
  static Optional<UnixDomainSocketAddress> claim(ControlFiles files) {
    Path file = files.socket();
    try {
      if (file.toString().length() > MAX_LENGTH) {
        throw new IOException("its path is too long for a socket, choose a shorter weir.data_dir");
      }
      DurableFile.createFolder(files.folder());
      String exposure = DurableFile.exposure(files.folder(), "chmod 700");
      if (exposure != null) {
        throw new IOException(exposure);
      }
      var address = UnixDomainSocketAddress.of(file);
      if (isServed(address)) {
        throw new IOException("another gateway that runs uses this folder");
      }
      Files.deleteIfExists(file);
      return Optional.of(address);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.getMessage())
          .log("no commands from this machine, but by HTTP");
      return Optional.empty();
    }
  }

  private static boolean isServed(UnixDomainSocketAddress address) {
    try (var _ = SocketChannel.open(address)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
