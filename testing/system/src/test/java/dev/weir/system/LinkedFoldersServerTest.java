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
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Folders of definitions that are links, or have links in them that lead to folders which are
 * exchanged as a whole, as those of Kubernetes' config maps do.
 */
class LinkedFoldersServerTest {
  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");

  @TempDir Path folder;

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  /** A folder with one definition and one policy. */
  private void release(String name, EchoBackend backend) throws IOException {
    Path release = Files.createDirectory(folder.resolve(name));
    Files.writeString(release.resolve("echo.json"), definition(backend));
    Files.writeString(
        release.resolve("gold.json"), Operator.json("{'id':'gold','name':'" + name + "'}"));
  }

  private static String definition(EchoBackend backend) {
    return Json.of(Api.of("echo", backend.target()).definition());
  }

  /** Has a link lead elsewhere at once, as config maps do. */
  private static void lead(Path link, String target) throws IOException {
    Path other = link.resolveSibling("..data_tmp");
    Files.createSymbolicLink(other, Path.of(target));
    Files.move(other, link, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A config map's mount: files by way of a link to a folder that is exchanged. */
  private void mount(String name, String file) throws IOException {
    Path mount = Files.createDirectory(folder.resolve(name));
    lead(mount.resolve("..data"), "../first");
    Files.createSymbolicLink(mount.resolve(file), Path.of("..data", file));
  }

  private TestGateway gateway() {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "app_path",
            folder.resolve("apps").toString(),
            "policies",
            Map.of("policy_source", "file", "policy_path", folder.resolve("policies").toString())));
  }

  private static String server(TestGateway gateway) {
    try (var client = EchoClient.to(gateway.port())) {
      return client.unary("hi").reply().getServer();
    }
  }

  @Test
  void whatLinksLeadToIsServedAndSoIsWhatTheyAreTurnedTo() throws IOException {
    release("first", one);
    release("second", two);
    mount("apps", "echo.json");
    mount("policies", "gold.json");
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      assertThat(server(gateway)).isEqualTo("one");
      assertThat(operator.get("/policies/gold").body()).contains("first");

      lead(folder.resolve("apps/..data"), "../second");
      lead(folder.resolve("policies/..data"), "../second");
      assertThat(server(gateway)).isEqualTo("one");
      assertThat(operator.get("/reload").body()).contains("\"changed\":[\"echo\"]");
      assertThat(server(gateway)).isEqualTo("two");
      assertThat(operator.get("/policies/gold").body()).contains("second");
    }
  }

  /** The mount, or a link in its place. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkThatIsTurnedIsSeenLikeAFileThatIsWritten(boolean isMount) throws IOException {
    release("first", one);
    release("second", two);
    if (isMount) {
      mount("apps", "echo.json");
    } else {
      // Policies are what is not to be seen as an API.
      Files.delete(folder.resolve("first/gold.json"));
      Files.delete(folder.resolve("second/gold.json"));
      lead(folder.resolve("apps"), "first");
    }
    String link = isMount ? "apps/..data" : "apps";
    int port = Ports.free();
    var files =
        TykFiles.write(
            port,
            Map.of(
                "app_path", folder.resolve("apps").toString(), "weir", Map.of("auto_reload", true)),
            List.of());
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      lead(folder.resolve(link), isMount ? "../second" : "second");
      await()
          .atMost(Patience.LIMIT)
          .until(() -> {
            try (var client = EchoClient.to(weir.port())) {
              return client.unary("hi").reply().getServer().equals("two");
            }
          });
    }
  }

  @Test
  void writesThroughALinkOfAFolderLeaveIt() throws IOException {
    Files.createDirectory(folder.resolve("first"));
    Files.createDirectory(folder.resolve("gold"));
    Files.writeString(folder.resolve("first/echo.json"), definition(one));
    lead(folder.resolve("apps"), "first");
    lead(folder.resolve("policies"), "gold");
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String more = Json.of(Api.of("more", two.target()).at("/more").definition());

      assertThat(operator.ask("PUT", "/apis/echo", definition(two)).status()).isEqualTo(200);
      assertThat(operator.ask("POST", "/apis/more", more).status()).isEqualTo(200);
      assertThat(operator.ask("POST", "/policies/gold", "{'id':'gold'}").status()).isEqualTo(200);
      assertThat(operator.get("/reload").status()).isEqualTo(200);

      assertThat(server(gateway)).isEqualTo("two");
      assertThat(folder.resolve("apps")).isSymbolicLink();
      assertThat(folder.resolve("policies")).isSymbolicLink();
      assertThat(TykFiles.named(folder.resolve("first"))).containsExactly("echo.json", "more.json");
      assertThat(TykFiles.named(folder.resolve("gold"))).containsExactly("gold.json");
      assertThat(operator.delete("/apis/more").status()).isEqualTo(200);
      assertThat(TykFiles.named(folder.resolve("first"))).containsExactly("echo.json");
    }
  }

  @Test
  void writesThroughLinksOfFilesLeaveThem() throws IOException {
    release("first", one);
    mount("apps", "echo.json");
    mount("policies", "gold.json");
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());

      assertThat(operator.ask("PUT", "/apis/echo", definition(two)).status()).isEqualTo(200);
      assertThat(operator.ask("PUT", "/policies/gold", "{'id':'gold','name':'new'}").status())
          .isEqualTo(200);
      assertThat(operator.get("/reload").status()).isEqualTo(200);

      assertThat(server(gateway)).isEqualTo("two");
      assertThat(folder.resolve("apps/echo.json")).isSymbolicLink();
      assertThat(folder.resolve("policies/gold.json")).isSymbolicLink();
      assertThat(folder.resolve("first/echo.json")).hasContent(definition(two));
      assertThat(folder.resolve("first/gold.json")).content().contains("new");

      assertThat(operator.delete("/apis/echo").status()).isEqualTo(200);
      assertThat(folder.resolve("apps/echo.json")).doesNotExist();
      assertThat(folder.resolve("first/echo.json")).exists();
    }
  }
}
