package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** T20: a disk that has no room left, or takes nothing, under all that is written. */
class FullDiskServerTest {
  private static final String KEY = "{'org_id':'o','access_rights':{'echo':{'api_id':'echo'}}}";

  private final EchoBackend backend = EchoBackend.start("one");

  @Test
  void t20WritesAreRefusedWhileThereIsNoRoomAndGoThroughOnceThereIs() throws Exception {
    onADisk((weir, disk) -> {
      Answer before = new Operator(weir.port()).ask("POST", "/keys/before", KEY);
      assertThat(before.status()).as(before.body()).isEqualTo(200);
      Path filler = disk.resolve("filler");
      fill(filler);
      refusesWrites(weir, "no room|No space");
      assertThat(new Operator(weir.port()).get("/keys/oalice").status()).isEqualTo(404);
      assertThat(new Operator(weir.port()).get("/keys/obefore").status()).isEqualTo(200);
      Files.delete(filler);
      takesWrites(weir);
    });
  }

  @Test
  void t20WritesAreRefusedWhileTheDiskIsReadOnlyAndGoThroughAfterwards() throws Exception {
    onADisk((weir, disk) -> {
      remount(weir, "ro");
      refusesWrites(weir, "cannot be written|Read-only");
      remount(weir, "rw");
      takesWrites(weir);
    });
  }

  private interface Scene {
    void play(WeirProcess weir, Path disk) throws Exception;
  }

  /** The definitions, the policies and the store are on a disk of their own, which is small. */
  private void onADisk(Scene scene) throws Exception {
    assumeTrue(namespaces(), "unshare -Urm does not work here");
    int port = Ports.free();
    Map<String, Object> configuration =
        Map.of(
            "secret",
            Operator.SECRET,
            "app_path",
            "disk/apps",
            "policies",
            Map.of("policy_source", "file", "policy_path", "disk/policies"),
            "weir",
            Map.of("data_dir", "disk/data"));
    TykFiles files = TykFiles.write(port, configuration, List.of(echo()));
    Files.createDirectory(files.folder().resolve("disk"));
    try (backend;
        var weir = WeirProcess.onADisk(files, port)) {
      scene.play(weir, Path.of("/proc/" + weir.pid() + "/root" + files.folder() + "/disk"));
    }
  }

  private Api echo() {
    return Api.of("echo", backend.target()).at("/weir.testkit.Echo/");
  }

  private static boolean namespaces() throws IOException, InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-Urm", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** To the last byte, so that no file may grow and none be made. */
  private static void fill(Path filler) throws IOException {
    for (int chunk = 1 << 16; chunk > 0; chunk >>= 1) {
      try {
        while (true) {
          Files.write(
              filler, new byte[chunk], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      } catch (IOException full) {
        // The next one is smaller.
      }
    }
  }

  private static void remount(WeirProcess weir, String how) throws Exception {
    String disk = weir.folder().resolve("disk").toString();
    int code =
        new ProcessBuilder(
                "nsenter", "-t", "" + weir.pid(), "-U", "-m", "mount", "-o", "remount," + how, disk)
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
  }

  private void refusesWrites(WeirProcess weir, String why) {
    var operator = new Operator(weir.port());
    try (var bystander = EchoClient.to(weir.port())) {
      for (Answer answer : writes(operator)) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(500);
        assertThat(answer.body())
            .startsWith("{\"status\":\"error\",\"message\":\"")
            .containsPattern(why);
      }
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
      assertThat(operator.get("/apis/echo").status()).isEqualTo(200);
      assertThat(operator.get("/apis/more").status()).isEqualTo(404);
      assertThat(operator.get("/policies/gold").status()).isEqualTo(404);
      assertThat(operator.get("/reload").status()).isEqualTo(200);
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
    }
  }

  private void takesWrites(WeirProcess weir) {
    var operator = new Operator(weir.port());
    try (var bystander = EchoClient.to(weir.port())) {
      for (Answer answer : writes(operator)) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      }
      assertThat(operator.get("/reload").status()).isEqualTo(200);
      assertThat(operator.get("/apis/more").status()).isEqualTo(200);
      assertThat(operator.get("/keys/oalice").status()).isEqualTo(200);
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
    }
  }

  private List<Answer> writes(Operator operator) {
    var more = new LinkedHashMap<>(echo().at("/more").definition());
    more.put("api_id", "more");
    return List.of(
        operator.ask("POST", "/apis/more", Json.of(more)),
        operator.ask("POST", "/policies", "{'id':'gold','rate':1,'per':1}"),
        operator.ask("POST", "/keys/alice", KEY));
  }
}
