package dev.weir.app;

import dev.weir.cli.DemoOptions;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Terminal;
import dev.weir.cli.Version;
import dev.weir.demo.DemoClient;
import dev.weir.demo.DemoLoop;
import dev.weir.demo.DemoServer;
import dev.weir.demo.Greeter;
import dev.weir.demo.RouteGuide;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** {@code weir demo}: a gateway before two servers, and one call through all of it. */
final class Demo {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final String ADDRESS = "127.0.0.1";

  private final Terminal terminal;
  private final OutputStream logOut;
  private final StopSignal stop;

  Demo(Terminal terminal, OutputStream logOut, StopSignal stop) {
    this.terminal = terminal;
    this.logOut = logOut;
    this.stop = stop;
  }

  int run(DemoOptions options) {
    LogSettings settings = LogSettings.choose(options.log(), terminal.environment(), "", "warn");
    try (Log _ = Log.start(settings, terminal, logOut)) {
      serve(options);
      return ExitCode.OK;
    } catch (PortTaken taken) {
      terminal.err().println("weir: " + taken.getMessage());
      return ExitCode.REFUSED;
    } catch (IOException e) {
      terminal.err().println("weir: the demo failed: " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  private void serve(DemoOptions options) throws IOException {
    try (DemoLoop loop = new DemoLoop();
        DemoServer greeter = greeter(loop, options.greeterPort());
        DemoServer routeGuide = routeGuide(loop, options.routeGuidePort());
        Gateway gateway = gateway(options.port(), greeter.port(), routeGuide.port())) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
      String answer = DemoClient.sayHello(loop, address, "joe");
      introduce(gateway.port(), greeter.port(), routeGuide.port(), answer);
      if (StartRehearsal.isWanted()) {
        StartRehearsal.perform();
      }
      if (!options.once()) {
        terminal.out().println("Nothing is written to disk. Ctrl-C stops everything.");
        stop.await();
        gateway.drain(GRACE);
      }
    }
  }

  private static DemoServer greeter(DemoLoop loop, int port) throws IOException {
    return PortTaken.claim(
        "--greeter-port", port, () -> DemoServer.start(loop, port, new Greeter()));
  }

  private static DemoServer routeGuide(DemoLoop loop, int port) throws IOException {
    return PortTaken.claim(
        "--route-guide-port",
        port,
        () -> DemoServer.start(loop, port, new RouteGuide(System::nanoTime)));
  }

  private static Gateway gateway(int port, int greeterPort, int routeGuidePort) throws IOException {
    DemoDocuments documents = DemoDocuments.of(ADDRESS, port, greeterPort, routeGuidePort);
    return PortTaken.claim(
        "--port", port, () -> Gateway.start(documents.config(), documents.apis()));
  }

  private void introduce(int port, int greeterPort, int routeGuidePort, String answer) {
    terminal
        .out()
        .printf(
            """
            %s

              gateway      localhost:%d
              greeter      localhost:%d behind /
              route guide  localhost:%d behind /routeguide.RouteGuide

            helloworld.Greeter/SayHello through the gateway answered:

            {"message": "%s"}

            Call it yourself, from the folder that holds examples/:

              grpcurl -plaintext -proto examples/protos/helloworld.proto -d '{"name": "joe"}' \
            localhost:%d helloworld.Greeter/SayHello

            """,
            Version.line(), port, greeterPort, routeGuidePort, answer, port);
    terminal.out().flush();
  }
}
