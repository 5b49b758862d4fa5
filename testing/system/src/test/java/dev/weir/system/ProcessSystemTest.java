package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weir as a process: signals, exit codes, and a machine that has run out of something. */
class ProcessSystemTest {

  private static final String NO_SOCKETS = "cannot accept connections for a moment";
  private static final int OK = 0;
  private static final int REFUSED_TO_START = 1;
  private static final int CUT = 4;

  private final EchoBackend backend = EchoBackend.start("one");

  @AfterEach
  void stop() {
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalDrainsAndEndsWithZeroT11(String name) {
    try (var weir = WeirProcess.serving(Api.of("echo", backend.target()));
        var client = EchoClient.to(weir.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      weir.signal(name);

      await().until(() -> weir.output().contains("draining"));
      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
      assertThat(weir.awaitExit()).isEqualTo(OK);
    }
  }

  /** Linux lets threads with short slices go first, from 6.12 on. */
  @Test
  void eventLoopsHaveShortSlices() {
    assumeTrue(slice(Path.of("/proc/self")).isPresent() && kernelTakesSlices());
    Map<String, Object> options = Map.of("weir", Map.of("event_loops", 3));
    try (var weir = WeirProcess.tuned(List.of(), options, Api.of("echo", backend.target()))) {
      await()
          .untilAsserted(() ->
              assertThat(shortSliced(weir.pid()))
                  .hasSize(3)
                  .allMatch(name -> name.startsWith("weir-loop")));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void busyEventLoopsStayOnTheirCores(boolean asked) throws IOException {
    assumeTrue(cores(Path.of("/proc/self")).matches(".*[-,].*"), "no cores to choose from");
    Map<String, Object> options = Map.of("weir", Map.of("event_loops", 1, "keep_cores", asked));
    try (var weir = WeirProcess.tuned(List.of(), options, Api.of("echo", backend.target()));
        var client = EchoClient.to(weir.port())) {
      Path loop = loop(weir.pid());
      String all = cores(loop);
      long end = System.nanoTime() + Duration.ofSeconds(asked ? 60 : 5).toNanos();
      while (cores(loop).equals(all) && System.nanoTime() < end) {
        assertThat(client.call(EchoClient.UNARY, EchoClient.request("hi")).code()).isZero();
      }
      assertThat(cores(loop)).matches(asked ? "[0-9]+" : all);
    }
  }

  private static Path loop(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        if (Files.readString(thread.resolve("comm")).startsWith("weir-loop")) {
          return thread;
        }
      }
    }
    throw new AssertionError("it has no event loop");
  }

  /** Where a thread may run, as in {@code 0-3}; empty where that is not told. */
  private static String cores(Path thread) throws IOException {
    if (!Files.exists(thread.resolve("status"))) {
      return "";
    }
    return Files.readAllLines(thread.resolve("status")).stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static boolean kernelTakesSlices() {
    String[] version = System.getProperty("os.version").split("[^0-9]+", 3);
    return Integer.parseInt(version[0]) * 100 + Integer.parseInt(version[1]) >= 612;
  }

  /** The names of a process's threads that have slices as short as they can be. */
  private static List<String> shortSliced(long pid) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        if (slice(thread).equals(Optional.of("100000"))) {
          names.add(Files.readString(thread.resolve("comm")).strip());
        }
      }
    }
    return names;
  }

  /** In nanoseconds; nothing of a thread that has ended, and where the kernel does not tell. */
  private static Optional<String> slice(Path thread) {
    try (Stream<String> lines = Files.lines(thread.resolve("sched"))) {
      return lines
          .filter(line -> line.startsWith("se.slice"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() {
    try (var weir = WeirProcess.serving(Api.of("echo", backend.target()));
        var client = EchoClient.to(weir.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();
      weir.terminate();
      await().until(() -> weir.output().contains("draining"));

      weir.terminate();

      assertThat(weir.awaitExit()).isEqualTo(CUT);
      assertThat(call.awaitEnd().code()).isEqualTo(14);
    }
  }

  /** What is wished for while it starts is done when it has. */
  @Test
  void aReloadThatIsWishedForDuringTheStartFollowsIt() {
    int port = Ports.free();
    Api echo = Api.of("echo", backend.target());
    try (var weir = WeirProcess.of(TykFiles.write(port, Map.of(), List.of(echo)), port)) {
      await().until(() -> !weir.isAlive() || weir.output().contains("configuration"));
      weir.hangUp();

      weir.awaitReady();
      await().until(() -> weir.output().contains("\"msg\":\"reloaded\",\"generation\":2"));
    }
  }

  @Test
  void theFileWithItsNumberIsThereWhileItServes() throws IOException, InterruptedException {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    int port = Ports.free();
    var files = TykFiles.write(port, Map.of("pid_file_location", "weir.pid"), List.of());
    files.write("weir.pid", ended.pid() + "\n");
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      Path file = weir.folder().resolve("weir.pid");
      await().untilAsserted(() -> assertThat(file).hasContent(weir.pid() + "\n"));

      weir.terminate();

      assertThat(weir.awaitExit()).isEqualTo(OK);
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void aFileForItsNumberThatCannotBeWrittenIsNoReasonNotToServe() {
    int port = Ports.free();
    var files = TykFiles.write(port, Map.of("pid_file_location", "no/folder.pid"), List.of());
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      await().untilAsserted(() -> assertThat(weir.output()).contains("pid_file_location"));
      weir.terminate();
      assertThat(weir.awaitExit()).isEqualTo(OK);
    }
  }

  @Test
  void theFileOfAnotherProcessIsLeftToIt() throws IOException {
    int port = Ports.free();
    var files = TykFiles.write(port, Map.of("pid_file_location", "other.pid"), List.of());
    String other = ProcessHandle.current().pid() + "\n";
    files.write("other.pid", other);
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      await()
          .untilAsserted(
              () -> assertThat(weir.output()).contains("pid_file_location is left as it is"));
      weir.terminate();
      assertThat(weir.awaitExit()).isEqualTo(OK);
      assertThat(weir.folder().resolve("other.pid")).hasContent(other);
    }
  }

  @Test
  void aTakenMainPortEndsTheStartAndIsNamed() {
    int taken = backend.port();
    var files = TykFiles.write(taken, Map.of(), List.of());
    try (var weir = WeirProcess.of(files, taken)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output()).contains("" + taken);
    }
  }

  @Test
  void aBrokenConfigurationEndsTheStartWithItsPosition() {
    var files = TykFiles.write(Ports.free(), Map.of(), List.of());
    files.write("tyk.conf", "{\n  \"listen_port\": \"eighty\",\n  \"app_path\": 7\n}\n");
    try (var weir = WeirProcess.of(files, 1)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output())
          .contains("tyk.conf:2:18: error: listen_port")
          .contains("tyk.conf:3:15: error: app_path");
    }
  }

  /** That of Tyk's own sample is in every copy of it. */
  @Test
  void aSecretThatEverybodyKnowsEndsTheStartExceptForDevelopment() {
    int port = Ports.free();
    String known = "352d20ee67be67f6340b4c0605b044b7";
    var files = TykFiles.write(port, Map.of("secret", known), List.of());
    try (var weir = WeirProcess.of(files, port)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output())
          .containsPattern("tyk.conf:1:\\d+: error: secret: is one that everybody knows")
          .contains("openssl rand")
          .doesNotContain(known);
    }
    var keys = Map.of("secret", known, "weir", Map.of("insecure_dev", true));
    files = TykFiles.write(port, keys, List.of());
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      assertThat(weir.output()).doesNotContain(known);
      assertThat(Command.run(weir.folder(), "status").exitCode()).isZero();
    }
  }

  /** It is as if it was not there: one is made that nobody knows. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptySecretLetsNobodyIn(boolean insecureDev) {
    int port = Ports.free();
    var keys = Map.of("secret", "", "weir", Map.of("insecure_dev", insecureDev));
    var files = TykFiles.write(port, keys, List.of());
    try (var weir = WeirProcess.of(files, port).awaitReady();
        var client = WirePeer.connect(port)) {
      String head = "GET /tyk/apis HTTP/1.1\r\nHost: a\r\nX-Tyk-Authorization: \r\n";
      assertThat(client.send(head + "Connection: close\r\n\r\n").expectTextUntilClose())
          .startsWith("HTTP/1.1 403");
      assertThat(weir.folder().resolve("weir-data/control.secret")).exists();
      assertThat(Command.run(weir.folder(), "status").exitCode()).isZero();
    }
  }

  @Test
  void aFolderOfApisThatIsNotThereEndsTheStart() {
    int port = Ports.free();
    var files = TykFiles.write(port, Map.of("app_path", "nowhere"), List.of());
    try (var weir = WeirProcess.of(files, port)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output()).contains("app_path").contains("nowhere");
    }
  }

  @Test
  void aLogThatCannotBeWrittenEndsNothingT20() {
    Api api = Api.of("echo", backend.target());
    try (var weir = WeirProcess.writingTo(Path.of("/dev/full"), api).awaitReady();
        var client = EchoClient.to(weir.port())) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.unary("hi").status().isOk()).isTrue();
      }
      assertThat(weir.isAlive()).isTrue();
      weir.terminate();
      assertThat(weir.awaitExit()).isEqualTo(OK);
    }
  }

  @Test
  void descriptorsThatRunOutLeaveOpenConnectionsAloneT22C15() {
    Api api = Api.of("echo", backend.target());
    try (var weir = WeirProcess.limited("ulimit -n 256;", api).awaitReady();
        var client = EchoClient.to(weir.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();
      var crowd = new ArrayList<WirePeer>();
      long begun = System.nanoTime();
      for (int i = 0; i < 400; i++) {
        crowd.add(WirePeer.connect(weir.port()));
      }
      await().until(() -> weir.output().contains(NO_SOCKETS));
      assertThat(coresTaken(weir)).isLessThan(0.6);

      for (int turn = 2; turn < 50; turn++) {
        assertThat(call.send("more").awaitReply().getMessages()).isEqualTo(turn);
      }
      crowd.forEach(WirePeer::close);

      await()
          .atMost(Duration.ofSeconds(8))
          .untilAsserted(() -> {
            try (var newcomer = EchoClient.to(weir.port())) {
              assertThat(newcomer.unary("hi").status().isOk()).isTrue();
            }
          });
      call.cancel();
      assertThat(weir.output().lines().filter(line -> line.contains(NO_SOCKETS)).count())
          .isLessThanOrEqualTo(1 + Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }
  }

  /** Asking for sockets without a pause takes a whole one. */
  private static double coresTaken(WeirProcess weir) {
    Duration second = Duration.ofSeconds(1);
    Duration before = cpu(weir);
    LockSupport.parkNanos(second.toNanos());
    return (double) cpu(weir).minus(before).toNanos() / second.toNanos();
  }

  private static Duration cpu(WeirProcess weir) {
    return ProcessHandle.of(weir.pid()).flatMap(p -> p.info().totalCpuDuration()).orElseThrow();
  }

  @Test
  void aRefusedApiIsNamedInTheLogAndItsNeighboursServe() {
    Api broken = Api.of("broken", backend.target()).at("/broken").with("listen_port", "many");
    try (var weir = WeirProcess.serving(broken, Api.of("fine", backend.target()));
        var client = EchoClient.to(weir.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
      assertThat(weir.output()).contains("broken.json").contains("listen_port");
    }
  }
}
