package dev.weir.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code weir}: the command that holds the others. */
@Command(
    name = "weir",
    description = "A gRPC gateway that reads Tyk's files.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = WeirCommand.VersionLine.class,
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir demo",
      "  weir run --conf tyk.conf",
      "",
      "weir COMMAND --help says more.",
      "Exit codes: 0 done; 1 refused, the configuration is wrong or a port is taken;",
      "2 wrong command line; 3 failed while running; 4 told twice to stop, calls were cut."
    })
final class WeirCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Prints this help.")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "Prints the version.")
  boolean version;

  /** Looks the version up only when it is asked for. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.line()};
    }
  }
}
