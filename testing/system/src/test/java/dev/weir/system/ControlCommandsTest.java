package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that speak with a gateway that runs, typed in the folder of its configuration. */
class ControlCommandsTest {
  /** Whoever runs the tests may read all folders, as root does. */
  private static final String MORTAL =
      "[ $(id -u) != 0 ] || set -- setpriv --bounding-set=-dac_override,-dac_read_search \"$@\";";

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");
  private final Api echo = Api.of("echo", one.target());

  @TempDir Path folder;

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private static String server(WeirProcess weir) {
    try (var client = EchoClient.to(weir.port())) {
      return client.unary("hi").reply().getServer();
    }
  }

  @Test
  void statusTellsWhatServes() {
    Api refused = Api.of("refused", one.target()).on(Ports.free());
    try (var weir = WeirProcess.serving(echo, refused.with("protocol", "https"))) {
      Command status = Command.run(weir.folder(), "status");

      assertThat(status.err()).isEmpty();
      assertThat(status.exitCode()).isZero();
      assertThat(status.out())
          .startsWith("generation 1 since ")
          .contains("ports " + weir.port())
          .containsPattern("echo +serving +" + weir.port() + " +any +/ +127.0.0.1:\\d+")
          .containsPattern("refused: .*refused.json:1:\\d+: error: protocol: https needs");
      assertThat(Command.run(weir.folder(), "status", "-o", "json").out())
          .contains("\"generation\": 1,");
      assertThat(Command.run(weir.folder(), "api", "ls", "-o", "yaml").out())
          .startsWith("- api_id: \"echo\"\n  name: ");
    }
  }

  @Test
  void whatIsWrittenOverTheControlApiIsReadOnce() {
    int port = Ports.free();
    Map<String, Object> configuration =
        Map.of("secret", Operator.SECRET, "weir", Map.of("auto_reload", true));
    TykFiles files = TykFiles.write(port, configuration, List.of(echo.at("/echo")));
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      var operator = new Operator(port);
      String other = Json.of(Api.of("other", two.target()).definition());

      assertThat(operator.ask("POST", "/apis/other", other).status()).isEqualTo(200);

      assertThat(server(weir)).isEqualTo("two");
      await()
          .during(Duration.ofMillis(1_600))
          .atMost(Patience.LIMIT)
          .until(() -> !weir.output().contains("generation=3"));
      weir.write(Api.of("third", two.target()).at("/third"));
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() -> assertThat(operator.get("/apis/third").status()).isEqualTo(200));
      assertThat(operator.get("/reload").body()).contains("\"generation\":4,");
    }
  }

  @Test
  void withoutASecretThereIsOneThatNobodyElseMayRead() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      Path secret = weir.folder().resolve("weir-data/control.secret");

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret.getParent())))
          .isEqualTo("rwx------");
      assertThat(weir.output())
          .contains(secret.toString())
          .doesNotContain(Files.readString(secret).strip());
    }
  }

  @Test
  void definitionsAreAppliedShownAndRemoved() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      Path file = folder.resolve("echo.json");
      Files.writeString(file, Json.of(Api.of("echo", two.target()).definition()));

      Command dry = Command.run(weir.folder(), "api", "apply", "-f", file.toString(), "--dry-run");
      assertThat(dry.exitCode()).isZero();
      assertThat(dry.err()).isEqualTo("echo would be modified\n");
      assertThat(dry.out()).isEqualTo("~ proxy.target_url\n");
      assertThat(Command.run(weir.folder(), "reload").out()).contains("generation 2 serves");
      assertThat(server(weir)).isEqualTo("one");

      Command applied =
          Command.run(weir.folder(), "api", "apply", "-f", file.toString(), "--reload");
      assertThat(applied.exitCode()).isZero();
      assertThat(applied.out()).contains("generation 3 serves").contains("changed echo");
      assertThat(server(weir)).isEqualTo("two");
      assertThat(Command.run(weir.folder(), "api", "get", "echo").out()).contains(two.target());
      assertThat(Command.run(weir.folder(), "api", "diff", "-f", file.toString()).out()).isEmpty();

      assertThat(Command.run(weir.folder(), "api", "rm", "echo", "--reload").out())
          .contains("removed echo");
      assertThat(Command.run(weir.folder(), "api", "ls").out()).isEqualTo("no APIs\n");
    }
  }

  @Test
  void whatIsWrittenAndNotServedYetIsOnlyReplacedByForce() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      Path file = folder.resolve("echo.json");
      Files.writeString(file, Json.of(echo.with("name", "mine").definition()));
      weir.write(Api.of("echo", two.target()));

      Command refused = Command.run(weir.folder(), "api", "apply", "-f", file.toString());
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).startsWith("weir: echo is not what is served").contains("--force");
      assertThat(weir.folder().resolve("apps/echo.json")).content().contains(two.target());

      assertThat(Command.run(weir.folder(), "api", "apply", "-f", file.toString(), "--force"))
          .extracting(Command::exitCode)
          .isEqualTo(0);
      assertThat(weir.folder().resolve("apps/echo.json")).content().contains("mine");
    }
  }

  @Test
  void whatIsWrittenAlreadyMayBeAppliedAgain() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      Api more = Api.of("more", one.target()).at("/more");
      for (Api api : List.of(more, echo.with("name", "mine"))) {
        String file = written(api.id(), Json.of(api.definition()));
        Command first = Command.run(weir.folder(), "api", "apply", "-f", file);
        assertThat(first.exitCode()).as(first.err()).isZero();
        for (Command again :
            List.of(
                Command.run(weir.folder(), "api", "apply", "-f", file),
                Command.run(weir.folder(), "api", "apply", "-f", file, "--dry-run"))) {
          assertThat(again.exitCode()).as(again.err()).isZero();
          assertThat(again.err()).isEqualTo(api.id() + " is written already\n");
        }
      }
    }
  }

  @Test
  void programsAreToldWhatIsWrittenTooAndAReloadInPart() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      String api = written("echo", Json.of(echo.with("name", "mine").definition()));

      assertThat(Command.run(weir.folder(), "api", "diff", "-f", api, "-o", "json").out())
          .contains("\"api_id\": \"echo\"", "~ name: \\\"echo\\\" -> \\\"mine\\\"");
      assertThat(
              Command.run(weir.folder(), "api", "apply", "-f", api, "--dry-run", "-o", "yaml")
                  .out())
          .contains("dry_run: true", "- \"~ name\"");
      Command removed = Command.run(weir.folder(), "api", "rm", "echo", "--dry-run");
      assertThat(removed.err()).isEqualTo("echo would be deleted\n");
      assertThat(weir.folder().resolve("apps/echo.json")).exists();

      weir.write(echo.with("proxy.target_url", ""));
      Command inPart = Command.run(weir.folder(), "reload", "-o", "json");
      assertThat(inPart.exitCode()).isEqualTo(1);
      assertThat(inPart.out()).contains("\"kept\": [", "\"api_id\": \"echo\"");
    }
  }

  @Test
  void whatNobodyHasSeenIsOnlyReplacedByForce() throws IOException {
    Map<String, Object> configuration = Map.of("policies", Map.of("policy_path", "policies"));
    try (var weir = WeirProcess.tuned(List.of(), configuration, echo)) {
      Api more = Api.of("more", one.target()).at("/more");
      weir.write(more);
      Path policies = Files.createDirectory(weir.folder().resolve("policies"));
      Files.writeString(policies.resolve("gold.json"), Operator.json("{'id':'gold','rate':-7}"));
      String api = written("more", Json.of(more.with("name", "mine").definition()));
      String policy = written("gold", Operator.json("{'id':'gold','name':'mine'}"));

      for (List<String> write :
          List.of(List.of("api", "apply", "-f", api), List.of("policy", "apply", "-f", policy))) {
        Command refused = Command.run(weir.folder(), write.toArray(String[]::new));
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains("--force");
        List<String> forced = Stream.concat(write.stream(), Stream.of("--force")).toList();
        assertThat(Command.run(weir.folder(), forced.toArray(String[]::new)).exitCode()).isZero();
      }
      assertThat(weir.folder().resolve("apps/more.json")).content().contains("mine");
      assertThat(policies.resolve("gold.json")).content().contains("mine");
    }
  }

  /** There may be a file with the same id, under another name. */
  @Test
  void aFolderThatCannotBeReadIsNotWrittenEither() throws IOException {
    try (var weir = WeirProcess.limited(MORTAL, echo).awaitReady()) {
      Path apps = weir.folder().resolve("apps");
      Files.move(apps.resolve("echo.json"), apps.resolve("by-hand.json"));
      String api = written("echo", Json.of(echo.with("name", "mine").definition()));
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(apps);
      Files.setPosixFilePermissions(apps, PosixFilePermissions.fromString("-wx------"));
      try {
        for (Command refused :
            List.of(
                Command.run(weir.folder(), "api", "apply", "--force", "-f", api),
                Command.run(weir.folder(), "api", "rm", "echo"))) {
          assertThat(refused.exitCode()).isEqualTo(1);
          assertThat(refused.err()).contains("its folder cannot be read");
        }
      } finally {
        Files.setPosixFilePermissions(apps, before);
      }
      assertThat(TykFiles.named(apps)).containsExactly("by-hand.json");
      assertThat(Command.run(weir.folder(), "api", "apply", "--force", "-f", api).exitCode())
          .isZero();
      assertThat(apps.resolve("by-hand.json")).content().contains("mine");
    }
  }

  @Test
  void aFileThatCannotBeReadIsReplacedByForce() throws IOException {
    try (var weir = WeirProcess.limited(MORTAL, echo).awaitReady()) {
      Path served = weir.folder().resolve("apps/echo.json");
      Files.setPosixFilePermissions(served, Set.of());
      String api = written("echo", Json.of(echo.with("name", "mine").definition()));

      assertThat(Command.run(weir.folder(), "api", "apply", "-f", api).err()).contains("--force");
      Command forced = Command.run(weir.folder(), "api", "apply", "--force", "--reload", "-f", api);
      assertThat(forced.exitCode()).as(forced.err()).isZero();
      assertThat(served).content().contains("mine");
    }
  }

  @Test
  void whatCannotBeDoneIsSaid() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      Path file = folder.resolve("broken.json");
      Files.writeString(file, "{\"api_id\": \"broken\",\n  \"proxy\": {\"target_url\": 5}}");

      Command broken = Command.run(weir.folder(), "api", "apply", "-f", file.toString());
      assertThat(broken.exitCode()).isEqualTo(1);
      assertThat(broken.err())
          .containsPattern(":2:\\d+: error: proxy.target_url:")
          .endsWith("weir: Request malformed\n");
      Command unknown = Command.run(weir.folder(), "api", "get", "unknown");
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.err()).isEqualTo("weir: API not found\n");
      Command path = Command.run(weir.folder(), "api", "rm", "../echo");
      assertThat(path.err()).startsWith("weir: ../echo cannot be an id");

      weir.write(echo.with("proxy.target_url", ""));
      Command inPart = Command.run(weir.folder(), "reload");
      assertThat(inPart.exitCode()).isEqualTo(1);
      assertThat(inPart.err()).contains("echo.json:1:").contains("applied in part");
    }
  }

  @Test
  void whatIsToBeSaidAboutAWriteIsPrinted() throws IOException {
    Map<String, Object> configuration =
        Map.of("weir", Map.of("auto_reload", true), "policies", Map.of("policy_path", "policies"));
    try (var weir = WeirProcess.tuned(List.of(), configuration, echo)) {
      String api = written("echo", Json.of(echo.with("no_such_field", 5).definition()));
      String policy = written("gold", Operator.json("{'id':'gold','no_such_field':5}"));
      String key =
          written(
              "key", Operator.json("{'org_id':'o','no_such_field':5,'access_rights':{'a':{}}}"));

      for (List<String> write :
          List.of(
              List.of("api", "apply", "-f", api),
              List.of("policy", "apply", "-f", policy),
              List.of("key", "create", "-f", key))) {
        for (List<String> options : List.of(List.of("--dry-run"), List.<String>of())) {
          Command warned =
              Command.run(
                  weir.folder(),
                  Stream.concat(write.stream(), options.stream()).toArray(String[]::new));
          assertThat(warned.exitCode()).as(warned.err()).isZero();
          assertThat(warned.err()).containsPattern(":1:\\d+: (warning|note): no_such_field: ");
        }
      }

      Files.writeString(weir.folder().resolve("apps/broken.json"), "{");
      for (Command inPart :
          List.of(
              Command.run(weir.folder(), "api", "apply", "-f", api),
              Command.run(weir.folder(), "policy", "apply", "-f", policy),
              Command.run(weir.folder(), "policy", "rm", "gold"),
              Command.run(weir.folder(), "api", "rm", "echo"),
              Command.run(weir.folder(), "reload"))) {
        assertThat(inPart.err()).containsPattern("apps/broken.json:1:\\d+: error: ");
        assertThat(inPart.exitCode()).as(inPart.err()).isEqualTo(1);
      }
    }
  }

  private String written(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name + ".json"), text).toString();
  }

  @Test
  void changedFilesServeByThemselvesWhereThatIsAskedFor() throws IOException {
    var configuration = Map.<String, Object>of("weir", Map.of("auto_reload", true));
    try (var weir = WeirProcess.tuned(List.of(), configuration, echo)) {
      assertThat(server(weir)).isEqualTo("one");

      weir.write(Api.of("echo", two.target()));

      await().atMost(Patience.LIMIT).until(() -> server(weir).equals("two"));
      Path file = folder.resolve("echo.json");
      Files.writeString(file, Json.of(echo.definition()));
      Command.run(weir.folder(), "api", "apply", "-f", file.toString());
      assertThat(server(weir)).isEqualTo("one");
    }
  }

  @Test
  void aChangedFileOfPoliciesCountsByItselfToo() throws IOException {
    var configuration =
        Map.<String, Object>of(
            "policies",
            Map.of("policy_source", "file", "policy_record_name", "policies.json"),
            "weir",
            Map.of("auto_reload", true));
    try (var weir = WeirProcess.tuned(List.of(), configuration, echo)) {
      Files.writeString(
          weir.folder().resolve("policies.json"), Operator.json("{'gold':{'rate':1,'per':1}}"));

      await().atMost(Patience.LIMIT).until(() -> weir.output().contains("\"generation\":2"));
    }
  }

  @Test
  void whereNoGatewayRunsThatIsSaid() throws IOException {
    Files.writeString(folder.resolve("tyk.conf"), Json.of(Map.of("app_path", ".")));

    Command never = Command.run(folder, "status");
    assertThat(never.exitCode()).isEqualTo(3);
    assertThat(never.err()).contains("control.secret").contains("--conf");

    int port = Ports.free();
    TykFiles files = TykFiles.write(port, Map.of("secret", "of a test"), List.of(echo));
    Path socket = files.folder().resolve("weir-data/control.sock");
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      assertThat(socket).exists();
      weir.terminate();
      assertThat(weir.awaitExit()).isZero();
      assertThat(socket).doesNotExist();
      Command over = Command.run(weir.folder(), "status");
      assertThat(over.exitCode()).isEqualTo(3);
      assertThat(over.err()).contains("no gateway answers").contains("weir run");
    }
  }

  @Test
  void aKilledGatewaysSocketIsNotInTheWay() {
    int port = Ports.free();
    TykFiles files = TykFiles.write(port, Map.of("secret", "of a test"), List.of(echo));
    WeirProcess.of(files, port).awaitReady().kill();
    assertThat(files.folder().resolve("weir-data/control.sock")).exists();
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      assertThat(Command.run(weir.folder(), "status").exitCode()).isZero();
    }
  }

  /** As a document it cannot be shown while it serves as what it was before. */
  @Test
  void aDocumentThatNobodyWasShownIsOnlyReplacedByForce() throws IOException {
    try (var weir = WeirProcess.serving(echo)) {
      Files.delete(weir.folder().resolve("apps/echo.json"));
      String first = written("first", document("echo"));
      String second = written("second", document("echo").replace("Echo", "mine"));
      Command made = Command.run(weir.folder(), "api", "apply", "-f", first);
      assertThat(made.exitCode()).as(made.err()).isZero();

      Command refused = Command.run(weir.folder(), "api", "apply", "-f", second);
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(1);
      assertThat(refused.err()).contains("reload and look again, or --force");
      assertThat(weir.folder().resolve("apps/echo-oas.json")).hasContent(document("echo"));

      assertThat(Command.run(weir.folder(), "api", "apply", "-f", first).err())
          .isEqualTo("echo is written already\n");
      Command forced = Command.run(weir.folder(), "api", "apply", "-f", second, "--force");
      assertThat(forced.exitCode()).as(forced.err()).isZero();
      assertThat(weir.folder().resolve("apps/echo-oas.json")).content().contains("mine");
    }
  }

  private String document(String id) {
    return Operator.json(
        """
        {'openapi': '3.0.3', 'info': {'title': 'Echo', 'version': '1'}, 'paths': {},
         'x-tyk-api-gateway': {
          'info': {'id': '%s', 'name': 'Echo', 'state': {'active': true}},
          'server': {'listenPath': {'value': '/'}, 'authentication': {'enabled': false}},
          'upstream': {'url': '%s'}}}\
        """
            .formatted(id, two.target()));
  }

  @Test
  void anOasDocumentIsAppliedAndShownAsWhatItIs() throws IOException {
    Path file = folder.resolve("api.json");
    String document = document("oas");
    try (var weir = WeirProcess.serving(echo.at("/elsewhere"))) {
      Files.writeString(file, document.replace("\"oas\"", "\"two\""));
      Command applied =
          Command.run(weir.folder(), "api", "apply", "-f", file.toString(), "--reload");
      assertThat(applied.exitCode()).as(applied.err()).isZero();
      assertThat(server(weir)).isEqualTo("two");
      assertThat(Command.run(weir.folder(), "api", "get", "two", "--oas").out())
          .contains("\"x-tyk-api-gateway\": {");
      assertThat(Command.run(weir.folder(), "api", "diff", "-f", file.toString()).out()).isEmpty();

      Files.writeString(file, document.replace("\"id\": \"oas\",", ""));
      assertThat(Command.run(weir.folder(), "api", "apply", "-f", file.toString()).err())
          .contains("has no x-tyk-api-gateway.info.id");

      Path served = weir.folder().resolve("apps/two-oas.json");
      Files.writeString(served, Files.readString(served).replace("{\"enabled\": false}", "{}"));
      Command validated = Command.run(weir.folder(), "validate");
      assertThat(validated.exitCode()).isEqualTo(1);
      assertThat(validated.out())
          .contains("two-oas.json:4:")
          .contains("error: /x-tyk-api-gateway/server/authentication/enabled: is missing");
    }
  }
}
