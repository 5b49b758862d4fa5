package dev.weir.cli;

/** The numbers that {@code weir} ends with, for scripts and supervisors. */
public final class ExitCode {
  public static final int OK = 0;

  /** The configuration is wrong or a port is taken: a restart would not help. */
  public static final int REFUSED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Something failed while running: a restart may help. */
  public static final int FAILED = 3;

  /** A second signal ended the drain, open calls were cut. */
  public static final int FORCED = 4;

  private ExitCode() {}
}
