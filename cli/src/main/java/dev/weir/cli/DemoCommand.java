package dev.weir.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir demo}: a gateway with two servers behind it, to try. */
@Command(
    name = "demo",
    description = {
      "Starts a greeter and a route guide server, puts a gateway before them, makes one call"
          + " through it and stays up until Ctrl-C. Writes no file."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  weir demo", "  weir demo --once --port 0 --greeter-port 0 --route-guide-port 0"})
final class DemoCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65535;
  private final Launcher launcher;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "12345",
      description = "Where the gateway listens, ${DEFAULT-VALUE} by default; 0 is any free port.")
  int port;

  @Option(
      names = "--greeter-port",
      paramLabel = "PORT",
      defaultValue = "50051",
      description = "Where the greeter server listens, ${DEFAULT-VALUE} by default.")
  int greeterPort;

  @Option(
      names = "--route-guide-port",
      paramLabel = "PORT",
      defaultValue = "10000",
      description = "Where the route guide server listens, ${DEFAULT-VALUE} by default.")
  int routeGuidePort;

  @Option(names = "--once", description = "Ends after the one call, to see that all works.")
  boolean once;

  @Mixin LogOptions log = new LogOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  DemoCommand(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public Integer call() {
    check("--port", port);
    check("--greeter-port", greeterPort);
    check("--route-guide-port", routeGuidePort);
    return launcher.demo(new DemoOptions(port, greeterPort, routeGuidePort, once, log));
  }

  private void check(String option, int value) {
    if (value < 0 || value > MAX_PORT) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: %d is not a port, 0 to %d is needed".formatted(option, value, MAX_PORT));
    }
  }
}
