package dev.weir.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir run}: serves what a configuration file says. */
@Command(
    name = "run",
    aliases = "start",
    description = {
      "Serves the APIs that a configuration file names, until it is told to stop.",
      "",
      "TERM or INT lets open calls finish, a second one ends at once."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir run --conf /etc/tyk/tyk.conf",
      "  TYK_GW_LISTENPORT=9000 weir run --log-format json"
    })
final class RunCommand implements Callable<Integer> {
  private final Launcher launcher;

  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      description = "The configuration file. Without it: " + Documents.PLACES + ".")
  @Nullable Path conf;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The main port; goes before listen_port and TYK_GW_LISTENPORT.")
  @Nullable Integer port;

  @Mixin LogOptions log = new LogOptions();

  RunCommand(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public Integer call() {
    return launcher.run(new RunOptions(conf, port, log));
  }
}
