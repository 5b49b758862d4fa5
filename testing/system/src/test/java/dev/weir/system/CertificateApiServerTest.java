package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /tyk/certs}, with Tyk's shapes and texts. */
class CertificateApiServerTest {
  private static final String SECRET = "a secret of the test";

  private final Path folder;
  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1));
  private final ServerCertificate certificate = authority.issue(List.of("a.example", "localhost"));
  private final String pem;

  CertificateApiServerTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.pem = text(certificate);
  }

  private String text(ServerCertificate written) throws IOException {
    Path file = folder.resolve("one.pem");
    PemWriter.write(file, written);
    return Files.readString(file);
  }

  private static TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Map.of("secret", SECRET, "http_server_options", Map.of("enable_http2", true)), apis);
  }

  private static HttpResponse<String> ask(
      TestGateway gateway, String method, String path, String body) {
    URI uri = URI.create("http://127.0.0.1:" + gateway.port() + "/tyk/certs" + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("X-Tyk-Authorization", SECRET)
            .method(method, BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What the answer to an upload says. */
  private static String id(HttpResponse<String> added) {
    return added.body().replaceAll("\\{\"id\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void aCertificateIsAddedListedShownAndDeleted() {
    try (var gateway = gateway()) {
      assertThat(ask(gateway, "GET", "", "").body()).isEqualTo("{\"certs\":null}");

      HttpResponse<String> added = ask(gateway, "POST", "?org_id=acme", pem);
      String id = id(added);
      assertThat(added.statusCode()).isEqualTo(200);
      assertThat(id).matches("acme[0-9a-f]{64}");
      assertThat(added.body()).endsWith("\"status\":\"ok\",\"message\":\"Certificate added\"}");
      assertThat(ask(gateway, "POST", "?org_id=acme", pem))
          .returns(403, HttpResponse::statusCode)
          .extracting(HttpResponse::body)
          .asString()
          .contains("Certificate with " + id + " id already exists");

      assertThat(ask(gateway, "GET", "?org_id=acme", "").body())
          .isEqualTo("{\"certs\":[\"" + id + "\"]}");
      assertThat(ask(gateway, "GET", "?org_id=other", "").body()).isEqualTo("{\"certs\":null}");
      assertThat(ask(gateway, "GET", "?mode=detailed", "").body())
          .contains("\"subject_cn\":\"a.example\"")
          .contains("\"has_private\":true")
          .contains("\"dns_names\":[\"a.example\",\"localhost\"]");
      assertThat(ask(gateway, "GET", "/" + id, "").body())
          .contains("\"fingerprint\":\"" + id.substring(4) + "\"")
          .contains("\"subject\":\"CN=a.example")
          .doesNotContain("PRIVATE");
      assertThat(ask(gateway, "GET", "/" + id + ",unknown", "").body())
          .startsWith("[{")
          .endsWith(",null]");

      assertThat(ask(gateway, "DELETE", "/" + id, "").body())
          .isEqualTo("{\"status\":\"ok\",\"message\":\"removed\"}");
      assertThat(ask(gateway, "DELETE", "/" + id, "").statusCode()).isEqualTo(200);
      assertThat(ask(gateway, "GET", "/" + id, ""))
          .returns(404, HttpResponse::statusCode)
          .extracting(HttpResponse::body)
          .asString()
          .contains("Certificate with given SHA256 fingerprint not found");
    }
  }

  @Test
  void whatIsAddedServesAnApiThatNamesIt() throws IOException {
    int port = Ports.free();
    try (var backend = EchoBackend.start("one");
        var gateway = gateway()) {
      String id = id(ask(gateway, "POST", "", pem));
      Api api =
          Api.of("secure", backend.target())
              .on(port)
              .with("protocol", "https")
              .with("certificates", List.of(id));

      assertThat(gateway.write(api).reload().problems()).isEmpty();

      try (var client = EchoClient.secure(port, "localhost", authority.certificate())) {
        assertThat(client.unary("hi").status().isOk()).isTrue();
      }
    }
  }

  @Test
  void whatIsOfNoUseIsRefused() throws IOException {
    ServerCertificate other = authority.issue(List.of("b.example"));
    ServerCertificate old =
        new DevelopmentAuthority("old", Instant.now().minus(Duration.ofDays(9)), Duration.ofDays(1))
            .issue(List.of("old.example"));
    try (var gateway = gateway()) {
      refuses(gateway, 403, "no certificate", "no PEM at all");
      refuses(gateway, 403, "expired on", text(old));
      refuses(
          gateway,
          403,
          "does not belong",
          text(new ServerCertificate(certificate.chain(), other.key())));
      refuses(gateway, 403, "two keys", pem + text(other));
      refuses(gateway, 405, "Malformed request body", "");
      assertThat(ask(gateway, "POST", "?org_id=../etc", pem).statusCode()).isEqualTo(400);
      assertThat(ask(gateway, "GET", "/..%2f..%2fcertificates", "").statusCode()).isEqualTo(404);
      assertThat(ask(gateway, "PUT", "", pem).statusCode()).isEqualTo(405);
      assertThat(ask(gateway, "GET", "", "").body()).isEqualTo("{\"certs\":null}");
    }
  }

  private static void refuses(TestGateway gateway, int status, String reason, String body) {
    HttpResponse<String> answer = ask(gateway, "POST", "", body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"status\":\"error\"").contains(reason);
  }

  @Test
  void aStoreThatTakesNothingIsNoFaultOfTheCertificate() throws IOException {
    try (var gateway = gateway()) {
      Path inTheWay = gateway.folder().resolve("weir-data/certificates");
      Files.writeString(inTheWay, "no folder");

      HttpResponse<String> refused = ask(gateway, "POST", "", pem);
      assertThat(refused.statusCode()).isEqualTo(500);
      assertThat(refused.body()).contains("cannot write to");

      Files.delete(inTheWay);
      assertThat(ask(gateway, "POST", "", pem).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aDamagedCertificateKeepsNoOtherFromBeingListed() throws IOException {
    try (var gateway = gateway()) {
      String damaged = id(ask(gateway, "POST", "", pem));
      String whole = id(ask(gateway, "POST", "", text(authority.issue(List.of("b.example")))));
      Path stored = gateway.folder().resolve("weir-data/certificates");
      try (Stream<Path> files = Files.list(stored)) {
        for (Path file : files.filter(f -> f.toString().contains(damaged)).toList()) {
          Files.write(file, new byte[] {1, 2, 3});
        }
      }

      HttpResponse<String> list = ask(gateway, "GET", "", "");
      assertThat(list.statusCode()).isEqualTo(200);
      assertThat(list.body()).contains(damaged, whole);
      HttpResponse<String> detailed = ask(gateway, "GET", "?mode=detailed", "");
      assertThat(detailed.statusCode()).isEqualTo(200);
      assertThat(detailed.body()).contains("is damaged", "b.example");
      assertThat(ask(gateway, "GET", "/" + damaged, "").body()).contains("is damaged");
      assertThat(ask(gateway, "DELETE", "/" + damaged, "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void noPrivateKeyIsInAFile() throws IOException {
    try (var gateway = gateway()) {
      ask(gateway, "POST", "", pem);

      try (Stream<Path> all = Files.walk(gateway.folder())) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          assertThat(new String(Files.readAllBytes(file), UTF_8)).doesNotContain("PRIVATE KEY");
        }
      }
    }
  }
}
