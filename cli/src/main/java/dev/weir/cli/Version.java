package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The version of this build. */
public final class Version {
  private static final String NUMBER = read();

  private Version() {}

  /** The version as the build wrote it, such as {@code 0.1.0}. */
  public static String number() {
    return NUMBER;
  }

  private static String read() {
    try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
      return in == null ? "unknown" : new String(in.readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line that says what runs, on what. */
  public static String line() {
    return "weir %s (Java %s, %s %s)"
        .formatted(
            NUMBER,
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }
}
