package dev.weir.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an attack cost the gateway and those who share it.
 *
 * @param row the test that played it
 * @param attackers how many played it at a time
 * @param length for how long
 * @param connections that they made
 * @param frames that they sent; a connection, and bytes that are no frames, count as one each
 * @param cpuNanos beyond what the bystander's calls cost when nobody attacks
 * @param longestTaskNanos of an event loop, on a core
 * @param pace of the bystander's calls
 * @param quiet the same when nobody attacks
 * @param residentBytes by which the process has grown
 */
record Cost(
    String row,
    int attackers,
    Duration length,
    long connections,
    long frames,
    long cpuNanos,
    long longestTaskNanos,
    Pace pace,
    Pace quiet,
    long residentBytes) {

  private static final Pattern ROW = Pattern.compile("[a-g]\\d+[A-Z].*");

  /** The name of the test that plays. */
  static String playing() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .map(StackWalker.StackFrame::getMethodName)
                .filter(name -> ROW.matcher(name).matches())
                .findFirst()
                .orElse("unnamed"));
  }

  /** Adds a line to the file that {@code -Dweir.siege.report} names, if it names one. */
  void report() {
    String file = System.getProperty("weir.siege.report");
    if (file == null) {
      return;
    }
    try {
      Files.writeString(
          Path.of(file), line(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In units that testing/system/siege names. */
  private String line() {
    return String.format(
        Locale.ROOT,
        "%s\t%d\t%.1f\t%d\t%d\t%.3f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%d%n",
        row,
        attackers,
        length.toMillis() / 1e3,
        connections,
        frames,
        cpuNanos / 1e9,
        longestTaskNanos / 1e6,
        pace.p99().toNanos() / 1e6,
        pace.directP99().toNanos() / 1e6,
        quiet.p99().toNanos() / 1e6,
        quiet.directP99().toNanos() / 1e6,
        residentBytes >> 10);
  }
}
