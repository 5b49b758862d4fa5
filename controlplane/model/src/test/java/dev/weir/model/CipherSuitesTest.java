package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that there is not is an error; one that is weak is left out. */
class CipherSuitesTest {
  private static final String GOOD = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_RSA_WITH_RC4_128_SHA",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_RSA_WITH_AES_256_CBC_SHA256",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"
      })
  void weakOnesAreLeftOut(String name) throws IOException {
    assertThat(problems(name))
        .singleElement()
        .asString()
        .contains("warning: http_server_options.ssl_ciphers[1]: " + name + " is too weak");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_RSA_WITH_RC4_128_SHA256",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA384",
        "TLS_RSA_WITH_AES_128_GCM_SHA384",
        "TLS_RSA_WITH_AES_256_GCM_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA384",
        "tls_rsa_with_aes_128_cbc_sha",
        ""
      })
  void whatIsNoneIsAnError(String name) throws IOException {
    assertThat(problems(name))
        .singleElement()
        .asString()
        .contains("error: http_server_options.ssl_ciphers[1]: " + name + " is no cipher suite");
  }

  private List<Problem> problems(String name) throws IOException {
    String text =
        "{\"http_server_options\": {\"ssl_ciphers\": [\"%s\", \"%s\"]}}".formatted(GOOD, name);
    Path file = Files.writeString(folder.resolve("tyk.conf"), text);
    return ConfigReader.read(file, Map.of()).problems();
  }
}
