package dev.weir.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code weir store}: the files in which keys and policies outlive the gateway. */
@Command(
    name = "store",
    description = {
      "Copies the store of the data folder, brings it back, and looks whether it is whole.",
      "",
      "A backup is encrypted as the store is. The key, store.key in the data folder, is not in it:"
          + " keep that elsewhere, once."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  weir store backup weir-2026-11-29.db", "  weir store check"})
final class StoreCommand {
  private final Launcher launcher;

  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "The configuration file, which says where the data folder is. Without it: "
            + Documents.PLACES
            + ", else ./weir-data."
      })
  @Nullable Path conf;

  StoreCommand(Launcher launcher) {
    this.launcher = launcher;
  }

  @Command(
      name = "backup",
      description = "Copies the store as it is now into a file, while the gateway runs.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir store backup weir.db", "  weir store backup --conf tyk.conf weir.db"})
  int backup(@Parameters(paramLabel = "FILE", description = "Must not be there yet.") Path file) {
    return launcher.store(conf, new StoreRequest.Backup(file));
  }

  @Command(
      name = "restore",
      description = {
        "Puts a backup in the place of the store, as a whole or not at all. No gateway may run on"
            + " it. Keys that were revoked since the backup count again."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  weir store restore weir.db", "  weir store restore --replace weir.db"})
  int restore(
      @Parameters(paramLabel = "FILE", description = "A file that weir store backup made.")
          Path file,
      @Option(names = "--replace", description = "Gives up the store that is there.")
          boolean replace) {
    return launcher.store(conf, new StoreRequest.Restore(file, replace));
  }

  @Command(
      name = "check",
      description = "Reads all of the store and says what is damaged, while the gateway runs.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir store check", "  weir store check --conf tyk.conf"})
  int check() {
    return launcher.store(conf, new StoreRequest.Check());
  }
}
