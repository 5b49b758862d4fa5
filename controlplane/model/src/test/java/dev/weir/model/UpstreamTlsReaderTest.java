package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamTlsReaderTest {
  private static final String NO_HOST =
      "is for no host, write *, *.domain, a host or [an IPv6 address], each with or without :port";
  private static final String GOOD = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";

  @TempDir private Path folder;

  static Stream<Arguments> findings() {
    return Stream.of(
        arguments(
            "{\"proxy_ssl_ciphers\": [\"" + GOOD + "\", \"TLS_FAST\"]}",
            List.of(
                "1:65: error: proxy_ssl_ciphers[1]: TLS_FAST is no cipher suite, use names such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
        arguments(
            "{\"proxy_ssl_ciphers\": [\"" + GOOD + "\", \"TLS_RSA_WITH_AES_128_CBC_SHA\"]}",
            List.of(
                "1:65: warning: proxy_ssl_ciphers[1]: TLS_RSA_WITH_AES_128_CBC_SHA is too weak for HTTP/2 and left out")),
        arguments(
            "{\"proxy_ssl_insecure_skip_verify\": true}",
            List.of(
                "1:36: warning: proxy_ssl_insecure_skip_verify: servers do not have to prove who they are, set it to false")),
        arguments(
            "{\"security\": {\"pinned_public_keys\": {\"*\": \" \"}}}",
            List.of("1:43: error: security.pinned_public_keys.*: is empty, a file is needed")),
        arguments(
            "{\"security\": {\"pinned_public_keys\": {\"https://a:1\": \"b.pem\"}}}",
            List.of("1:53: error: security.pinned_public_keys.https://a:1: " + NO_HOST)),
        arguments(
            "{\"security\": {\"certificates\": {\"upstream\": {\"a:0\": \"b.pem\"}}}}",
            List.of("1:52: error: security.certificates.upstream.a:0: " + NO_HOST)));
  }

  @ParameterizedTest
  @MethodSource("findings")
  void whatIsWrongIsNamedAtItsPlace(String text, List<String> findings) throws IOException {
    Path file = Files.writeString(folder.resolve("tyk.conf"), text);

    Reading<GatewayConfig> read = ConfigReader.read(file, Map.of());

    assertThat(read.problems())
        .extracting(Problem::toString)
        .containsExactlyElementsOf(findings.stream().map(line -> file + ":" + line).toList());
  }

  static Stream<Arguments> ofApis() {
    return Stream.of(
        arguments("\"tls\": {\"server_nme\": \"a\"}", "error: grpc.tls.server_nme: unknown key"),
        arguments("\"tls\": {\"server_name\": 1}", "grpc.tls.server_name: is a number"),
        arguments(
            "\"tls\": {\"server_name\": \"https://a\"}", "grpc.tls.server_name: is not a host"),
        arguments("\"tls\": {\"ca_file\": true}", "grpc.tls.ca_file: is true, text is needed"));
  }

  @ParameterizedTest
  @MethodSource("ofApis")
  void whatIsWrongInAnApiIsNamed(String grpc, String finding) {
    assertThat(api("\"grpc\": {" + grpc + "}").problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains(finding);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pinned_public_keys", "upstream_certificates"})
  void aKeyThatIsForNoHostIsNamed(String map) {
    assertThat(api("\"%s\": {\"*\": \"a.pem\", \"\": \"b.pem\"}".formatted(map)).problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains("echo.json:2:", "error: " + map + ".: " + NO_HOST);
  }

  @Test
  void idsAndFilesAreToldApart() {
    String sha = "0a".repeat(32);
    UpstreamTls tls =
        Objects.requireNonNull(
                api("\"pinned_public_keys\": {\"*\": \"org" + sha + ", keys/" + sha + ".pem\"}")
                    .definition())
            .proxy()
            .tls();

    List<CertificateReference> pins = tls.pins().find("host", 1).orElseThrow();

    assertThat(pins).extracting(CertificateReference::id).containsExactly("org" + sha, null);
    assertThat(pins.getLast().certificateFile())
        .isEqualTo(folder.resolve("apps/keys/" + sha + ".pem"));
  }

  private ApiFile api(String more) {
    GatewayConfig config = Objects.requireNonNull(ConfigReader.read(Map.of()).value());
    return new ApiReader(config, Map.of())
        .read(
            folder.resolve("apps/echo.json"),
            """
            {"api_id": "echo", "use_keyless": true,
             "proxy": {"listen_path": "/", "target_url": "https://host:1"}, %s}
            """
                .formatted(more));
  }
}
