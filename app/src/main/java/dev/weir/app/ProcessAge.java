package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How long this process has lived. With {@code bin/weir} that begins with the script, which became
 * the JVM. The JVM's own answer is off by up to a second on Linux, since it adds the time of boot,
 * known to the second; the kernel's numbers are good to 10 ms.
 */
final class ProcessAge {
  private static final int START_TIME_FIELD = 22;
  private static final int TICKS_A_SECOND = 100;

  private ProcessAge() {}

  /** The age, or nothing where the system does not say it in this way. */
  static Optional<Duration> now() {
    try {
      return Optional.of(age(read("/proc/self/stat"), read("/proc/uptime")));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /**
   * @param stat the process's line in the form of proc(5); its second field is a name in
   *     parentheses, which may hold anything
   * @param uptime seconds since boot, first of two numbers
   */
  static Duration age(String stat, String uptime) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long startTicks = Long.parseLong(afterName[START_TIME_FIELD - 3]);
    double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
    return Duration.ofMillis(Math.round(seconds * 1000) - startTicks * 1000 / TICKS_A_SECOND);
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file), US_ASCII);
  }
}
