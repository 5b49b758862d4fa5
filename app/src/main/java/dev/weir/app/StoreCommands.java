package dev.weir.app;

import dev.weir.cli.Documents;
import dev.weir.cli.ExitCode;
import dev.weir.cli.StoreRequest;
import dev.weir.cli.Terminal;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import dev.weir.store.StoreCare;
import dev.weir.store.StoreCare.Inspection;
import dev.weir.store.StoreException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code weir store}: what it does, and what it prints. */
final class StoreCommands {
  private final Terminal terminal;

  StoreCommands(Terminal terminal) {
    this.terminal = terminal;
  }

  int run(@Nullable Path conf, StoreRequest request) {
    Reading<GatewayConfig> reading = Documents.readConfig(conf, terminal.environment());
    GatewayConfig config = reading.value();
    if (config == null) {
      reading.problems().forEach(terminal.err()::println);
      terminal.err().println("weir: nothing done: " + Problem.summary(reading.problems()));
      return ExitCode.REFUSED;
    }
    try {
      return carryOut(config.weir().dataDir(), request);
    } catch (StoreException e) {
      terminal.err().println("weir: " + e.getMessage());
      return ExitCode.REFUSED;
    }
  }

  private int carryOut(Path dataFolder, StoreRequest request) throws StoreException {
    StoreCare care = new StoreCare(dataFolder);
    switch (request) {
      case StoreRequest.Backup(Path file) -> {
        care.backup(file);
        terminal.out().println("backed up to " + file);
      }
      case StoreRequest.Restore(Path file, boolean replace) -> {
        care.restore(file, replace);
        terminal.out().println("restored from " + file);
      }
      case StoreRequest.Check() -> {
        return check(care.check());
      }
    }
    return ExitCode.OK;
  }

  private int check(Inspection found) {
    if (!found.problems().isEmpty()) {
      found.problems().forEach(problem -> terminal.err().println("weir: " + problem));
      terminal.err().println("weir: the store is damaged: weir store restore brings back a backup");
      return ExitCode.REFUSED;
    }
    terminal
        .out()
        .println(
            "the store is whole: %d records, %d deleted"
                .formatted(found.records(), found.deleted()));
    return ExitCode.OK;
  }
}
