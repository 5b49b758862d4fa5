package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
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
import java.util.List;
import java.util.Map;
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

  private TestGateway gateway(String first, String second) {
    return TestGateway.configured(
        TlsFiles.mainPort(
            Map.of(),
            folder.resolve(first + ".pem").toString(),
            folder.resolve(second + ".pem").toString()));
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
