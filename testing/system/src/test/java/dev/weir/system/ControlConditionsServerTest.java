package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What depends on the {@code ETag} of what is there: RFC 9110, 13.1.1 and 13.1.2. */
class ControlConditionsServerTest {
  private static final String KEY = "{'org_id':'o','access_rights':{'echo':{}}}";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api echo = Api.of("echo", backend.target());
  private final TestGateway gateway =
      TestGateway.configured(
          Operator.configuration(Map.of("weir", Map.of("auto_reload", true))), echo);
  private final Operator operator = new Operator(gateway.port());

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  private String certificate(Path folder) throws IOException {
    Path file = folder.resolve("one.pem");
    PemWriter.write(
        file,
        new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1)).issue(List.of("a")));
    return operator.ask("POST", "/certs", Files.readString(file)).member("id");
  }

  @Test
  void aCertificateIsAddedWhereTheConditionsHold(@TempDir Path folder) throws IOException {
    String id = certificate(folder);
    String pem = Files.readString(folder.resolve("one.pem"));

    assertThat(operator.askUnless("POST", "/certs", pem, "*").status()).isEqualTo(412);
    assertThat(operator.ask("POST", "/certs", pem, "").status()).isEqualTo(403);
    operator.ask("DELETE", "/certs/" + id, "");
    assertThat(operator.ask("POST", "/certs", pem, "\"x\"").status()).isEqualTo(412);
    assertThat(operator.get("/certs/" + id).status()).isEqualTo(404);
    assertThat(operator.askUnless("POST", "/certs", pem, "*").status()).isEqualTo(200);
  }

  @Test
  void whoHasWhatIsThereIsNotToldAgain(@TempDir Path folder) throws IOException {
    operator.ask("POST", "/policies", "{'id':'gold'}");
    operator.ask("POST", "/keys/alice", KEY);
    operator.ask("POST", "/org/keys/o", "{'org_id':'o'}");
    String id = certificate(folder);
    for (String path :
        List.of(
            "/apis/echo",
            "/policies/gold",
            "/keys/oalice",
            "/org/keys/o",
            "/certs/" + id,
            "/certs/" + id + ",none")) {
      Answer whole = operator.get(path);
      String tag = whole.tag();
      assertThat(tag).as(path).matches("\"[^\"]+\"");

      for (String seen : List.of(tag, "*", "W/" + tag, "\"x\", " + tag, "\"x\",W/" + tag)) {
        Answer again = operator.getUnless(path, seen);
        assertThat(again.status()).as(path + " " + seen).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.length()).isEmpty();
        assertThat(again.tag()).isEqualTo(tag);
      }
      assertThat(operator.getUnless(path, "\"x\"", tag).status()).isEqualTo(304);
      assertThat(operator.getUnless(path, "\"x\"")).isEqualTo(whole);

      assertThat(operator.ask("GET", path, "", tag)).isEqualTo(whole);
      assertThat(operator.ask("GET", path, "", "*")).isEqualTo(whole);
      for (String other : List.of("\"x\"", "W/" + tag)) {
        assertThat(operator.ask("GET", path, "", other).status()).as(path).isEqualTo(412);
      }
    }
  }

  /** Nothing comes behind the head, in whatever pieces that would be (RFC 9112, 6.1). */
  @Test
  void whoIsNotToldAgainIsToldOfNoBody() {
    try (WirePeer client = WirePeer.connect(gateway.port())) {
      client.send("GET /tyk/apis/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
      client.send("If-None-Match: *\r\nX-Tyk-Authorization: " + Operator.SECRET + "\r\n\r\n");
      assertThat(client.expectTextUntilClose())
          .startsWith("HTTP/1.1 304 Not Modified\r\n")
          .doesNotContainIgnoringCase("content-length")
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void whatIsNotThereOrHasNoTagIsToldAsEver() {
    for (String path : List.of("/apis/none", "/policies/none", "/keys/none", "/certs/none")) {
      assertThat(operator.getUnless(path, "*").status()).as(path).isEqualTo(404);
      assertThat(operator.ask("GET", path, "", "*").status()).as(path).isEqualTo(404);
    }
    assertThat(operator.getUnless("/apis", "*").body()).contains("echo");
  }

  @Test
  void whatIsThereAlreadyIsNotOverwritten() {
    operator.ask("POST", "/policies", "{'id':'gold'}");
    operator.ask("POST", "/keys/alice", KEY);
    operator.ask("POST", "/org/keys/o", "{'org_id':'o'}");
    Map<String, String> writes =
        Map.of(
            "/apis/echo",
            Json.of(echo.definition()),
            "/policies/gold",
            "{'id':'gold','name':'mine'}",
            "/keys/oalice?org_id=o",
            KEY,
            "/org/keys/o",
            "{'org_id':'o','alias':'mine'}");
    writes.forEach((path, body) -> {
      String seen = operator.get(path).tag();
      for (String method : List.of("POST", "PUT", "DELETE")) {
        for (String tag : List.of("*", seen, "W/" + seen)) {
          Answer refused = operator.askUnless(method, path, body, tag);
          assertThat(refused.status()).as("%s %s", method, path).isEqualTo(412);
          assertThat(refused.body()).contains("If-None-Match");
        }
      }
      assertThat(operator.get(path).tag()).as(path).isEqualTo(seen);
      assertThat(operator.askUnless("PUT", path, body, "\"x\"").status()).as(path).isEqualTo(200);
      assertThat(operator.send("PUT", "/tyk" + path, body.getBytes(UTF_8), List.of(" ")).status())
          .isEqualTo(400);
      assertThat(operator.askUnless("PUT", path, body, "").status()).isEqualTo(400);
    });
    assertThat(operator.askUnless("POST", "/policies/silver", "{'id':'silver'}", "*").status())
        .isEqualTo(200);
    assertThat(operator.askUnless("POST", "/keys/bob", KEY, "*").status()).isEqualTo(200);
  }

  @Test
  void aCertificateIsForgottenByWhoHasSeenItAsItIs(@TempDir Path folder) throws IOException {
    String id = certificate(folder);
    String path = "/certs/" + id;
    String seen = operator.get(path).tag();

    for (String other : List.of("\"x\"", "W/" + seen)) {
      assertThat(operator.ask("DELETE", path, "", other).status()).isEqualTo(412);
      assertThat(operator.ask("DELETE", path + "?dry_run=true", "", other).status()).isEqualTo(412);
    }
    assertThat(operator.askUnless("DELETE", path, "", "*").status()).isEqualTo(412);
    assertThat(operator.get(path).status()).isEqualTo(200);
    assertThat(operator.ask("DELETE", path, "", "\"x\", " + seen).status()).isEqualTo(200);
    assertThat(operator.get(path).status()).isEqualTo(404);
    assertThat(operator.ask("DELETE", path, "", "*").status()).isEqualTo(412);
    assertThat(operator.delete(path).status()).isEqualTo(200);
  }
}
