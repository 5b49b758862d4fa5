package dev.weir.system;

import static org.awaitility.Awaitility.await;

import dev.weir.app.Main;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** Weir as a process of its own: what {@code bin/weir run} becomes. */
final class WeirProcess implements AutoCloseable {

  /** What a distribution holds; the tests' own libraries would use up descriptors for nothing. */
  private static final Pattern PRODUCT =
      Pattern.compile(
          ".*(/(dataplane|controlplane|cli|app|demo|schema)/.*|netty|bouncycastle|picocli|jackson|slf4j|logback|re2j|sqlite|helidon|prometheus).*");

  private final TykFiles files;
  private final int port;
  private final Path output;
  private final Process process;

  private WeirProcess(TykFiles files, int port, String shellPrefix, Path outputTo) {
    this(files, port, shellPrefix, outputTo, command(classPath(), Main.class, List.of()));
  }

  private WeirProcess(
      TykFiles files, int port, String shellPrefix, Path outputTo, List<String> command) {
    this.files = files;
    this.port = port;
    this.output = outputTo;
    try {
      this.process = start(files.configuration(), shellPrefix, outputTo.toFile(), command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts with these APIs and waits until it is ready. */
  static WeirProcess serving(Api... apis) {
    return limited("", apis).awaitReady();
  }

  /** Starts behind a line of shell such as {@code ulimit -n 256;}; does not wait. */
  static WeirProcess limited(String shellPrefix, Api... apis) {
    int port = Ports.free();
    TykFiles files = TykFiles.write(port, Map.of(), List.of(apis));
    return new WeirProcess(files, port, shellPrefix, files.folder().resolve("output"));
  }

  /** Starts with all of its output going to {@code device}; does not wait. */
  static WeirProcess writingTo(Path device, Api... apis) {
    int port = Ports.free();
    return new WeirProcess(TykFiles.write(port, Map.of(), List.of(apis)), port, "", device);
  }

  /** Starts with these files, good or bad; does not wait. */
  static WeirProcess of(TykFiles files, int port) {
    return new WeirProcess(files, port, "", files.folder().resolve("output"));
  }

  /**
   * Starts where the folder {@code disk} is a disk of its own of 8 MiB, with the folders of that
   * name on it, and waits until it is ready.
   */
  static WeirProcess onADisk(TykFiles files, int port) {
    String disk = files.folder().resolve("disk").toString();
    String mount =
        "mount -t tmpfs -o size=8m none %s && cp -r %s %s/apps && exec \"$@\""
            .formatted(disk, files.apps(), disk);
    String shell = "set -- unshare -Urm sh -c '%s' sh \"$@\";".formatted(mount);
    return new WeirProcess(files, port, shell, files.folder().resolve("output")).awaitReady();
  }

  /** Starts with further options for the Java machine, which win, and waits until it is ready. */
  static WeirProcess tuned(
      List<String> jvmOptions, Map<String, Object> configuration, Api... apis) {
    return started(command(classPath(), Main.class, jvmOptions), configuration, apis);
  }

  /**
   * Starts a {@link ProbedWeir} with further options for the Java machine, which win, and waits
   * until it is ready.
   */
  static WeirProcess probed(
      List<String> jvmOptions, Map<String, Object> configuration, Api... apis) {
    String probe = ProbedWeir.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    String classPath = classPath() + File.pathSeparator + probe;
    return started(command(classPath, ProbedWeir.class, jvmOptions), configuration, apis);
  }

  private static WeirProcess started(
      List<String> command, Map<String, Object> configuration, Api... apis) {
    int port = Ports.free();
    TykFiles files = TykFiles.write(port, configuration, List.of(apis));
    Path output = files.folder().resolve("output");
    return new WeirProcess(files, port, "", output, command).awaitReady();
  }

  /** Another command of Weir, as people type it. */
  static List<String> command(String... arguments) {
    List<String> command = command(classPath(), Main.class, List.of());
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> command(
      String classPath, Class<?> mainClass, List<String> jvmOptions) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, mainClass.getName()));
    return command;
  }

  private static Process start(Path conf, String shellPrefix, File output, List<String> java)
      throws IOException {
    var command = new ArrayList<String>();
    // Who runs the tests may ignore SIGHUP, as nohup does, and children do as their parents.
    String exec = shellPrefix + " exec env --default-signal=HUP \"$@\"";
    command.addAll(List.of("sh", "-c", exec, "weir"));
    command.addAll(java);
    command.addAll(List.of("run", "--conf", conf.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
        .start();
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> PRODUCT.matcher(entry).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  WeirProcess awaitReady() {
    return awaitReady(Patience.LIMIT);
  }

  /** The same on a machine that may be busy with others for long. */
  WeirProcess awaitReady(Duration limit) {
    try {
      await().atMost(limit).until(() -> !process.isAlive() || isReady());
    } catch (ConditionTimeoutException e) {
      // Nobody has it yet who would end it.
      process.destroyForcibly();
      throw e;
    }
    if (!process.isAlive()) {
      throw new AssertionError("ended with " + process.exitValue() + ":\n" + output());
    }
    return this;
  }

  private boolean isReady() {
    try (var client = WirePeer.connect(port)) {
      return client
          .send("GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          .expectTextUntilClose()
          .startsWith("HTTP/1.1 200");
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** The folder that holds {@code tyk.conf}. */
  Path folder() {
    return files.folder();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Everything it wrote so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the file of an API, which nobody reads until the next reload. */
  WeirProcess write(Api api) {
    files.write("apps/" + api.id() + ".json", api.definition());
    return this;
  }

  /** Sends SIGHUP. */
  void hangUp() {
    signal("HUP");
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL; its files stay. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Does something while the process stands still; what comes for it waits in the system. */
  void whileStopped(Runnable work) {
    signal("STOP");
    try {
      work.run();
    } finally {
      signal("CONT");
    }
  }

  /** Sends the signal of this name, without SIG. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end and returns the exit code. */
  int awaitExit() {
    try {
      if (!process.waitFor(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
    files.close();
  }
}
