package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One host with two certificates, one for an RSA key and one for an elliptic curve. */
class TwoKeysServerTest {
  private static final ServerCertificate RSA = certificate("RSA", 2048, "SHA256withRSA");
  private static final ServerCertificate CURVE = certificate("EC", 256, "SHA256withECDSA");

  private static final String RSA_SUITE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  private static final String ECDSA_SUITE = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    PemWriter.write(folder.resolve("RSA.pem"), RSA);
    PemWriter.write(folder.resolve("EC.pem"), CURVE);
  }

  @ParameterizedTest
  @CsvSource({"RSA, EC, TLSv1.3", "EC, RSA, TLSv1.3", "RSA, EC, TLSv1.2", "EC, RSA, TLSv1.2"})
  void eachClientIsShownOneThatItCanCheck(String first, String second, String version)
      throws IOException {
    try (TestGateway gateway = gateway(first, second)) {
      for (String host : List.of("both.test", "other.test")) {
        TlsClient rsa = client(RSA.leaf(), version).to(host);
        assertThat(shown(rsa.knowing("rsa_pss_rsae_sha256"), gateway)).isEqualTo(RSA.leaf());
        TlsClient curve = client(CURVE.leaf(), version).to(host);
        assertThat(shown(curve.knowing("ecdsa_secp256r1_sha256"), gateway)).isEqualTo(CURVE.leaf());
      }
    }
  }

  @Test
  void whoTakesBothIsShownTheFirst() throws IOException {
    try (TestGateway gateway = gateway("RSA", "EC")) {
      assertThat(shown(client(RSA.leaf(), "TLSv1.3").to("both.test"), gateway))
          .isEqualTo(RSA.leaf());
    }
    try (TestGateway gateway = gateway("EC", "RSA")) {
      assertThat(shown(client(CURVE.leaf(), "TLSv1.3").to("both.test"), gateway))
          .isEqualTo(CURVE.leaf());
    }
  }

  /** What a client offers is not all: the other side has to speak it, too. */
  @ParameterizedTest
  @CsvSource({"RSA, EC", "EC, RSA"})
  void whatIsShownGoesWithTheSuitesThatAreConfigured(String left, String shown) throws IOException {
    ServerCertificate expected = shown.equals("EC") ? CURVE : RSA;
    Map<String, Object> suites =
        Map.of("ssl_ciphers", List.of(shown.equals("EC") ? ECDSA_SUITE : RSA_SUITE));
    try (TestGateway gateway = gateway(suites, left, shown)) {
      TlsClient client = client(expected.leaf(), "TLSv1.2");
      assertThat(shown(client.to("both.test"), gateway)).isEqualTo(expected.leaf());
      assertThat(shown(client.to("other.test"), gateway)).isEqualTo(expected.leaf());
    }
  }

  @Test
  void andWithTheVersionsThatAre() throws IOException {
    Map<String, Object> old =
        Map.of("ssl_ciphers", List.of(ECDSA_SUITE), "min_version", 771, "max_version", 771);
    try (TestGateway gateway = gateway(old, "RSA", "EC")) {
      var both =
          new TlsClient(
              CURVE.leaf(), "both.test", List.of(), List.of("TLSv1.3", "TLSv1.2"), List.of());
      assertThat(shown(both, gateway)).isEqualTo(CURVE.leaf());
    }
  }

  @Test
  void aWarningTellsWhereNoSuiteIsForTheKey() {
    int port = Ports.free();
    try (WeirProcess weir = secure(port, Map.of("ssl_ciphers", List.of(ECDSA_SUITE)), "RSA")) {
      assertThat(weir.output())
          .containsPattern(
              "tyk\\.conf:1:[0-9]+: warning: http_server_options\\.ssl_ciphers: has no suite")
          .contains("the keys that port " + port + " shows, TLS 1.2 is not spoken there, add");
    }
  }

  @ParameterizedTest
  @CsvSource({"771, EC", "772, RSA"})
  void nothingIsToldWhereOneIsOrNoneIsNeeded(int oldest, String key) {
    Map<String, Object> options =
        Map.of("ssl_ciphers", List.of(ECDSA_SUITE), "min_version", oldest);
    try (WeirProcess weir = secure(Ports.free(), options, key)) {
      assertThat(weir.output()).contains("listening").doesNotContain("has no suite");
    }
  }

  /** It may be there for others. */
  @Test
  void theWarningIsAboutAHost() {
    new TlsFiles(folder).issue("curve.test");
    int port = Ports.free();
    Map<String, Object> suites = Map.of("ssl_ciphers", List.of(ECDSA_SUITE));
    try (WeirProcess weir = secure(port, suites, "RSA", "curve.test")) {
      assertThat(weir.output())
          .contains("the keys that port " + port + " shows for both.test, TLS 1.2 is not");
    }
  }

  private WeirProcess secure(int port, Map<String, Object> options, String... names) {
    var all = new HashMap<>(options);
    all.put("ssl_certificates", Stream.of(names).map(this::file).toList());
    return WeirProcess.tuned(
        List.of(),
        Map.of("http_server_options", all),
        Api.of("secure", "h2c://127.0.0.1:1").on(port).with("protocol", "https"));
  }

  private TestGateway gateway(String first, String second) {
    return gateway(Map.of(), first, second);
  }

  private TestGateway gateway(Map<String, Object> options, String first, String second) {
    return TestGateway.configured(TlsFiles.mainPort(options, file(first), file(second)));
  }

  private String file(String name) {
    return folder.resolve(name + ".pem").toString();
  }

  private static TlsClient client(X509Certificate trusted, String version) {
    return TlsClient.trusting(trusted).speaking(version);
  }

  private static Certificate shown(TlsClient client, TestGateway gateway) throws IOException {
    try (SSLSocket socket = client.connect(gateway.port())) {
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  /** One that stands for itself. */
  static ServerCertificate certificate(String algorithm, int bits, String signature) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      KeyPair keys = generator.generateKeyPair();
      X500Name name = new X500Name("CN=both.test");
      Instant now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.ONE,
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(Duration.ofDays(1))),
              name,
              keys.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, "both.test")));
      X509Certificate made =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate())));
      return new ServerCertificate(List.of(made), keys.getPrivate());
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
