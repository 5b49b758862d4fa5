package dev.weir.system;

import dev.weir.testkit.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What came of a command line, carried out by a process of its own. */
record Command(int exitCode, String out, String err) {

  /** Carries one out, and waits for its end. */
  static Command run(Path folder, String... arguments) {
    Path out = folder.resolve("command.out");
    Path err = folder.resolve("command.err");
    try {
      Process process =
          new ProcessBuilder(WeirProcess.command(arguments))
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running: " + String.join(" ", arguments));
      }
      return new Command(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
