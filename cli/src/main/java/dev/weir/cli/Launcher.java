package dev.weir.cli;

/** What the command line can start; implemented by the application. */
public interface Launcher {

  /** Serves what a configuration file says until the process is told to stop. */
  int run(RunOptions options);

  /** Serves the demo until the process is told to stop. */
  int demo(DemoOptions options);
}
