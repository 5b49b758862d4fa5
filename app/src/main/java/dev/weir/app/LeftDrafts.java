package dev.weir.app;

import dev.weir.model.GatewayConfig;
import dev.weir.store.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** Files that gateways have left that were killed while they wrote definitions, or the like. */
final class LeftDrafts {
  /** Another gateway on the same folders does not take as long to write a file. */
  private static final Duration LONGEST_WRITE = Duration.ofMinutes(1);

  private LeftDrafts() {}

  /** Removes them, as far as that can be done: nothing depends on it. */
  static void remove(GatewayConfig config, Logger log) {
    for (Path folder : folders(config)) {
      try {
        int removed = DurableFile.removeDrafts(folder, LONGEST_WRITE);
        if (removed > 0) {
          log.atInfo()
              .addKeyValue("folder", folder)
              .addKeyValue("files", removed)
              .log("removed what a gateway has left that was killed");
        }
      } catch (IOException e) {
        log.atDebug().addKeyValue("folder", folder).addKeyValue("reason", e).log("not looked at");
      }
    }
  }

  private static List<Path> folders(GatewayConfig config) {
    return Stream.of(
            config.apis().appPath(),
            config.policies().folder(),
            config.weir().dataDir(),
            CertCommands.store(config).folder())
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }
}
