package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TokenIssuer;
import io.grpc.Metadata;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** APIs that ask for a token that somebody has signed, and for something else besides. */
class JwtBesidesServerTest {
  private static final int OK = 0;
  private static final int UNAUTHENTICATED = 16;

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1));
  private final ServerCertificate alice = authority.issue(List.of("alice"));
  private final ServerCertificate bob = authority.issue(List.of("bob"));
  private final EchoBackend backend = EchoBackend.start("one");
  private final TokenIssuer issuer = TokenIssuer.rsa("one");
  private final int secure = Ports.free();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    backend.close();
  }

  private Api guarded(Map<String, Object> configs) {
    return Api.of("guarded", backend.target())
        .with("use_keyless", false)
        .with("enable_jwt", true)
        .with("jwt_signing_method", "rsa")
        .with("jwt_source", issuer.source())
        .with("jwt_default_policies", List.of("gold"))
        .with("auth_configs", configs);
  }

  private TestGateway gateway(Api api) throws Exception {
    Path server = folder.resolve("server.pem");
    PemWriter.write(server, authority.issue(List.of("localhost")));
    TykFiles files =
        TykFiles.write(
            Ports.free(),
            Map.of(
                "secret",
                Operator.SECRET,
                "disable_ports_whitelist",
                true,
                "http_server_options",
                Map.of("enable_http2", true, "ssl_certificates", List.of(server.toString())),
                "policies",
                Map.of("policy_path", "policies"),
                "weir",
                Map.of("data_dir", folder.resolve("data").toString())),
            List.of(api));
    Files.createDirectory(files.folder().resolve("policies"));
    files.write(
        "policies/gold.json",
        Operator.json("{'id':'gold','org_id':'default','access_rights':{'guarded':{}}}"));
    return TestGateway.of(files);
  }

  private String signed() {
    return issuer.token(JwtServerTest.claims(""));
  }

  private static Metadata metadata(String... namesAndValues) {
    Metadata metadata = new Metadata();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!namesAndValues[i + 1].isEmpty()) {
        metadata.put(
            Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER),
            namesAndValues[i + 1]);
      }
    }
    return metadata;
  }

  private static int call(EchoClient client, Metadata shown) {
    return client.call(EchoClient.UNARY, shown, EchoClient.request("hi")).code();
  }

  @ParameterizedTest
  @CsvSource({"use_standard_auth, authToken", "use_basic_auth, basic"})
  void aSignedTokenAndAnotherAreAskedForTogether(String flag, String config) throws Exception {
    Api api =
        guarded(Map.of(config, Map.of("auth_header_name", "x-other")))
            .with(flag, true)
            .with("strip_auth_data", true);
    boolean basic = config.equals("basic");
    String more = basic ? ",'basic_auth_data':{'password':'x'}" : "";
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      new Operator(gateway.port())
          .ask(
              "POST",
              "/keys/user",
              "{'org_id':'default','access_rights':{'guarded':{}}" + more + "}")
          .member("key");
      byte[] pair = "user:x".getBytes(UTF_8);
      String other = basic ? "Basic " + Base64.getEncoder().encodeToString(pair) : "user";
      String forged = TokenIssuer.rsa("two").token(JwtServerTest.claims(""));
      for (int i = 0; i < 2; i++) {
        assertThat(call(client, metadata("authorization", signed(), "x-other", other)))
            .isEqualTo(OK);
        assertThat(call(client, metadata("authorization", signed()))).isEqualTo(UNAUTHENTICATED);
        assertThat(call(client, metadata("x-other", other))).isEqualTo(UNAUTHENTICATED);
        assertThat(call(client, metadata("authorization", forged, "x-other", other)))
            .isEqualTo(UNAUTHENTICATED);
        assertThat(call(client, metadata("authorization", signed(), "x-other", other + "x")))
            .isEqualTo(UNAUTHENTICATED);
      }
    }
    assertThat(backend.calls())
        .hasSize(2)
        .allSatisfy(seen -> {
          assertThat(seen.metadata().keys()).doesNotContain("authorization", "x-other");
        });
  }

  @Test
  void aSignedTokenAndACertificateAreAskedForTogether() throws Exception {
    Api api =
        guarded(Map.of("authToken", Map.of("use_certificate", true)))
            .with("use_standard_auth", true)
            .with("protocol", "https")
            .on(secure);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(alice.leaf().getEncoded());
    try (TestGateway gateway = gateway(api)) {
      new Operator(gateway.port())
          .ask(
              "POST",
              "/keys",
              "{'org_id':'default','access_rights':{'guarded':{}},'certificate':'default%s'}"
                  .formatted(HexFormat.of().formatHex(digest)))
          .member("key");
      assertThat(call(alice, signed())).isEqualTo(OK);
      assertThat(call(alice, "")).isEqualTo(UNAUTHENTICATED);
      assertThat(call(bob, signed())).isEqualTo(UNAUTHENTICATED);
    }
  }

  private int call(ServerCertificate shown, String token) throws Exception {
    try (EchoClient client =
        EchoClient.mutual(
            secure, "localhost", authority.certificate(), shown.chain(), shown.key())) {
      return call(client, metadata("authorization", token));
    }
  }

  /** The server takes nothing but gRPC, and says so. */
  @Test
  void aSignedTokenMayStandInAQuery() throws Exception {
    Api api = guarded(Map.of("jwt", Map.of("use_param", true, "param_name", "jwt")));
    try (TestGateway gateway = gateway(api);
        HttpClient http = HttpClient.newHttpClient()) {
      String at = "http://127.0.0.1:" + gateway.port() + "/b?jwt=";
      for (String token : List.of(signed(), signed())) {
        var request = HttpRequest.newBuilder(URI.create(at + token)).build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
      }
      String forged = TokenIssuer.rsa("two").token(JwtServerTest.claims(""));
      var request = HttpRequest.newBuilder(URI.create(at + forged)).build();
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isBetween(400, 403);
    }
  }
}
