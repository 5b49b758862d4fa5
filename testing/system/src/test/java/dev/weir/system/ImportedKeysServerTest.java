package dev.weir.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.store.TykHash.Function;
import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Patience;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that come with the hashes that Tyk has of their tokens. */
class ImportedKeysServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAUTHENTICATED = 16;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String KEY =
      "{'org_id':'default','expires':4102444800,'access_rights':{'echo':{}}}";

  /** Tyk's murmur32 does not look at its last three characters. */
  private static final String TOKEN = "default0123456789abcdef0123456789abcdef";

  private static final String COLLIDES = "default0123456789abcdef0123456789abcxyz";

  /** Of both, as Tyk has it. */
  private static final String HASH = "325fb483";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api echo = Api.of("echo", backend.target()).with("use_keyless", false);

  @TempDir private Path data;

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway() {
    return gateway("");
  }

  private TestGateway gateway(String function) {
    return TestGateway.configured(
        Operator.configuration(
            Map.of("hash_key_function", function, "weir", Map.of("data_dir", data.toString()))),
        echo);
  }

  private static Metadata shown(String token) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, token);
    return metadata;
  }

  private static int code(TestGateway gateway, String token) {
    try (EchoClient client = EchoClient.to(gateway.port())) {
      return client.call(EchoClient.UNARY, shown(token), EchoClient.request("hi")).code();
    }
  }

  private static String described(String id, Function function) {
    String json =
        Operator.json("{'org':'default','id':'" + id + "','h':'" + function.label() + "'}");
    return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
  }

  private static String hash(Function function, String token) {
    return function.of(token.getBytes(UTF_8)).toString();
  }

  private static Answer put(Operator operator, String hash) {
    return operator.ask("POST", "/keys/" + hash + "?hashed=true", KEY);
  }

  /** The hash of Tyk's is not looked at any more. */
  private static void awaitShown(Operator operator, String hash) {
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() ->
            assertThat(operator.get("/keys/" + hash + "?hashed=1").member("imported_token"))
                .matches("[a-z0-9]+:[0-9a-f]{64}"));
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void tokensOfCustomersGoOnWorking(Function function) throws IOException {
    String token = described("0123456789abcdef0123456789abcdef", function);
    String other = described("0123456789abcdef0123456789abcdff", function);
    String hash = hash(function, token);
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      assertThat(code(gateway, token)).isEqualTo(UNAUTHENTICATED);

      Answer added = put(operator, hash);

      assertThat(added.member("key")).isEqualTo(hash);
      String id = added.member("key_hash");
      assertThat(operator.get("/keys").body()).isEqualTo("{\"keys\":[\"" + id + "\"]}");
      assertThat(added.body().contains("until the token is first shown"))
          .isEqualTo(function != Function.SHA256);
      assertThat(code(gateway, other)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, hash)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, id)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, token)).isEqualTo(OK);
      awaitShown(operator, hash);
      assertThat(code(gateway, token)).isEqualTo(OK);
    }
    assertThat(stored()).doesNotContain(hash.substring(hash.indexOf(':') + 1));
    try (TestGateway gateway = gateway()) {
      assertThat(code(gateway, other)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, token)).isEqualTo(OK);
      assertThat(new Operator(gateway.port()).delete("/keys/" + hash + "?hashed=1").status())
          .isEqualTo(200);
      assertThat(code(gateway, token)).isEqualTo(UNAUTHENTICATED);
    }
  }

  private String stored() throws IOException {
    var all = new StringBuilder();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, ISO_8859_1));
      }
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {TOKEN, "0123456789abcdef0123456789abcdef"})
  void aPlainTokenMayLeaveOutItsOrganisation(String token) {
    try (TestGateway gateway = gateway()) {
      put(new Operator(gateway.port()), HASH);

      assertThat(code(gateway, token)).isEqualTo(OK);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);
    }
  }

  @Test
  void aNameStandsForTheTokenThatTykMakesOfIt() {
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      String token = described("alice", Function.MURMUR64);
      put(operator, hash(Function.MURMUR64, token));

      assertThat(code(gateway, "bob")).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, "alice")).isEqualTo(OK);
      awaitShown(operator, hash(Function.MURMUR64, token));
      assertThat(code(gateway, "alice")).isEqualTo(OK);
      assertThat(code(gateway, "defaultalice")).isEqualTo(OK);
      assertThat(code(gateway, token)).isEqualTo(OK);
    }
  }

  @Test
  void ofTokensWithOneHashTheFirstOneIsGood() {
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      put(operator, HASH);

      assertThat(code(gateway, TOKEN)).isEqualTo(OK);
      assertThat(code(gateway, COLLIDES)).isEqualTo(UNAUTHENTICATED);
      awaitShown(operator, HASH);
      assertThat(code(gateway, COLLIDES)).isEqualTo(UNAUTHENTICATED);
    }
    try (TestGateway gateway = gateway()) {
      assertThat(code(gateway, COLLIDES)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);

      put(new Operator(gateway.port()), HASH);
      assertThat(code(gateway, COLLIDES)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);
    }
  }

  @Test
  void whatIsSaidOfAKeyCountsBeforeAndAfterItsTokenIsShown() {
    try (TestGateway gateway = gateway();
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String path = "/keys/" + HASH + "?hashed=1";
      put(operator, HASH);
      OpenCall open = client.open(EchoClient.CHAT, shown(TOKEN)).send("before");
      open.awaitReply();
      awaitShown(operator, HASH);
      assertThat(operator.get(path).body()).contains("\"expires\":4102444800");

      assertThat(operator.ask("PUT", path, KEY.replace("echo", "other")).status()).isEqualTo(200);

      assertThat(code(gateway, TOKEN)).isEqualTo(7);
      operator.ask("PUT", path, KEY);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);
      operator.delete(path);
      assertThat(code(gateway, TOKEN)).isEqualTo(UNAUTHENTICATED);
      put(operator, HASH);
      assertThat(code(gateway, COLLIDES)).isEqualTo(OK);
    }
  }

  @Test
  void aKeyIsFoundByItsTokenBeforeAndAfterThatIsShown() {
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      put(operator, HASH);
      assertThat(operator.get("/keys/" + TOKEN).status()).isEqualTo(200);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);
      awaitShown(operator, HASH);
      assertThat(operator.get("/keys/" + COLLIDES).status()).isEqualTo(404);
      String part = "/keys/0123456789abcdef0123456789abcdef?org_id=default";
      assertThat(operator.get(part).status()).isEqualTo(200);

      String other = KEY.replace("echo", "other");
      assertThat(operator.ask("PUT", "/keys/" + TOKEN, other).status()).isEqualTo(200);
      assertThat(code(gateway, TOKEN)).isEqualTo(7);

      assertThat(operator.delete("/keys/" + TOKEN).status()).isEqualTo(200);
      assertThat(code(gateway, TOKEN)).isEqualTo(UNAUTHENTICATED);
      assertThat(operator.get("/keys").body()).isEqualTo("{\"keys\":[]}");
    }
  }

  /** Nothing of it comes back when that is deleted. */
  @Test
  void whatIsMadeForATokenIsInThePlaceOfItsImportedKey() {
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      String id = put(operator, HASH).member("key_hash");
      Answer made = operator.ask("POST", "/keys/" + TOKEN, KEY);
      assertThat(made.member("key_hash")).isEqualTo(id);
      assertThat(made.member("key")).isEqualTo(TOKEN);
      assertThat(code(gateway, COLLIDES)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);
      // Whose hash is another token's by now.
      assertThat(operator.ask("POST", "/keys/" + COLLIDES, KEY).member("key_hash"))
          .isNotEqualTo(id);

      operator.delete("/keys/" + TOKEN);

      assertThat(code(gateway, TOKEN)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, COLLIDES)).isEqualTo(OK);
    }
  }

  @Test
  void aTokenThatIsDeletedLetsNobodyInByAKeyThatWasImportedLater() {
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      operator.ask("POST", "/keys/" + TOKEN, KEY);
      put(operator, HASH);
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);

      operator.delete("/keys/" + TOKEN);

      assertThat(code(gateway, TOKEN)).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void ofTwoKeysOfATokenItsOwnCounts() {
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      String own =
          operator.ask("POST", "/keys/" + TOKEN, KEY.replace("echo", "other")).member("key_hash");
      put(operator, HASH);

      assertThat(code(gateway, TOKEN)).isEqualTo(PERMISSION_DENIED);
      operator.ask("PUT", "/keys/" + own + "?hashed=1", KEY);
      operator.ask("PUT", "/keys/" + HASH + "?hashed=1", KEY.replace("echo", "other"));
      assertThat(code(gateway, TOKEN)).isEqualTo(OK);

      assertThat(operator.delete("/keys/" + own + "?hashed=1").status()).isEqualTo(200);
      assertThat(operator.delete("/keys/" + HASH + "?hashed=1").status()).isEqualTo(200);
      assertThat(code(gateway, TOKEN)).isEqualTo(UNAUTHENTICATED);
      assertThat(operator.get("/keys").body()).isEqualTo("{\"keys\":[]}");
    }
  }

  @Test
  void whatCannotBeFoundByAHashIsRefused() {
    try (TestGateway gateway = gateway("sha256")) {
      Operator operator = new Operator(gateway.port());
      String digits = "0".repeat(64);
      assertThat(put(operator, digits).body()).contains("Say hmac:DIGITS for this gateway's");
      assertThat(put(operator, "hmac:" + digits).status()).isEqualTo(200);
      assertThat(put(operator, "sha256:" + digits).status()).isEqualTo(200);
      assertThat(put(operator, digits).member("key_hash")).isEqualTo(digits);

      for (String none : List.of(HASH + "0", "325FB483", "md5:" + HASH, "murmur64:" + HASH)) {
        Answer refused = put(operator, none);
        assertThat(refused.status()).as(none).isEqualTo(400);
        assertThat(refused.body()).contains("Not the hash of a token", "murmur32:DIGITS (8)");
      }
      String user = KEY.replace("{'org", "{'basic_auth_data':{'password':'x'},'org");
      Answer refused = operator.ask("POST", "/keys/" + HASH + "?hashed=1", user);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("is made by its name");
      put(operator, HASH);
      assertThat(operator.ask("PUT", "/keys/" + HASH + "?hashed=1", user).status()).isEqualTo(400);
    }
  }

  /** Who may write keys may not have one stand for a token that somebody else has. */
  @Test
  void howATokenIsFoundIsNotForDocumentsToSay() {
    String forged = KEY.replace("{'org", "{'imported_token':'murmur32','org");
    try (TestGateway gateway = gateway()) {
      Operator operator = new Operator(gateway.port());
      String token = operator.ask("POST", "/keys", forged).member("key");
      assertThat(code(gateway, token)).isEqualTo(OK);
      assertThat(operator.ask("PUT", "/keys/" + token, forged).status()).isEqualTo(200);
      assertThat(operator.get("/keys/" + token).body()).doesNotContain("imported_token");
      assertThat(code(gateway, token)).isEqualTo(OK);
    }
  }

  @Test
  void aFileOfThemIsImported(@TempDir Path folder) throws IOException {
    String key = Operator.json(KEY);
    Path file = folder.resolve("keys.jsonl");
    Files.writeString(
        file,
        "{\"hash\":\"%s\",\"session\":%s}\n\n{\"hash\":\"x\",\"session\":%s}\n{}\n"
            .formatted(HASH, key, key));
    try (var weir = WeirProcess.serving(echo)) {
      Command command = Command.run(weir.folder(), "key", "import", file.toString());

      assertThat(command.exitCode()).isEqualTo(1);
      assertThat(command.err())
          .contains("murmur32 is no hash that keeps a token secret")
          .contains("line 3: Not the hash of a token")
          .contains("line 4: not of the form")
          .contains("4 lines read, 2 refused, 0 there already and kept");
      try (EchoClient client = EchoClient.to(weir.port())) {
        assertThat(client.call(EchoClient.UNARY, shown(TOKEN), EchoClient.request("hi")).code())
            .isEqualTo(OK);
      }
    }
  }

  @Test
  void whatWasEditedSinceAnImportStaysUnlessItIsToBeReplaced(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("keys.jsonl");
    Path edited = folder.resolve("edited.json");
    Files.writeString(file, "{\"hash\":\"%s\",\"session\":%s}".formatted(HASH, Operator.json(KEY)));
    Files.writeString(edited, Operator.json(KEY.replace("echo", "other")));
    try (var weir = WeirProcess.serving(echo);
        EchoClient client = EchoClient.to(weir.port())) {
      Command.run(weir.folder(), "key", "import", file.toString());
      Command.run(weir.folder(), "key", "update", "--hash", HASH, "-f", edited.toString());

      Command again = Command.run(weir.folder(), "key", "import", file.toString());

      assertThat(again.exitCode()).isZero();
      assertThat(again.err()).contains("1 lines read, 0 refused, 1 there already and kept");
      assertThat(client.call(EchoClient.UNARY, shown(TOKEN), EchoClient.request("hi")).code())
          .isEqualTo(7);
      Command.run(weir.folder(), "key", "import", "--replace", file.toString());
      assertThat(client.call(EchoClient.UNARY, shown(TOKEN), EchoClient.request("hi")).code())
          .isEqualTo(OK);
    }
  }
}
