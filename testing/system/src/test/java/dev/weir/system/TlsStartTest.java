package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of certificates, as a process says it. */
class TlsStartTest {
  private static final int REFUSED_TO_START = 1;

  private final EchoBackend backend = EchoBackend.start("one");

  @TempDir Path folder;

  @AfterEach
  void stop() {
    backend.close();
  }

  @Test
  void aMainPortWithoutACertificateIsRefused() {
    refuses(
        TlsFiles.mainPort(Map.of()),
        "http_server_options.use_ssl: needs a certificate, and there is none that can be used");
  }

  @Test
  void aCertificateThatIsNotThereIsNamedWithItsPlace() {
    String missing = folder.resolve("missing.pem").toString();

    refuses(
        TlsFiles.mainPort(Map.of(), missing),
        "http_server_options.ssl_certificates[0]: there is no file " + missing);
  }

  @Test
  void anExpiredCertificateIsRefused() {
    String old = new TlsFiles(folder, Instant.now().minus(Duration.ofDays(2))).issue("a");

    refuses(TlsFiles.mainPort(Map.of(), old), "the certificate in " + old + " expired on ");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    TlsFiles files = new TlsFiles(folder);
    String certificate = files.issue("a");
    String key = files.issue("b");
    var pair = Map.of("cert_file", certificate, "key_file", key);

    refuses(
        Map.of("http_server_options", Map.of("use_ssl", true, "certificates", List.of(pair))),
        "http_server_options.certificates[0]: the key in " + key + " does not belong to");
  }

  @Test
  void aKeyThatIsEncryptedIsRefused() throws IOException {
    String certificate = Files.readString(Path.of(Authority.in(folder).file()));
    String key =
        new TlsFiles(folder)
            .write(
                "encrypted.pem",
                certificate
                    + """
                    -----BEGIN ENCRYPTED PRIVATE KEY-----
                    MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgDk/vNgj0sKgICCAAw
                    DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIzJ3vC+6ZJcFMGGwoSnjOAEgZB3
                    Ql75YNYZ47+IRasxpkGEo4sIvL2Ve9F0P9Wf0S/HpM3hRICnyiCo2G/S5SNK2OVN
                    HFi4gcEj+Z6gIJMFtmJKgsFU7aD2N/zW18V7NFNx1KYZAVNC/xh8sBV+wDGUsviK
                    PRhHnKWuNFWBiKJ+4ySI5U1kZzZMW+J0lGqgERchfT21KyLdhTV/pKnC+1ahm8A=
                    -----END ENCRYPTED PRIVATE KEY-----
                    """);

    refuses(
        TlsFiles.mainPort(Map.of(), key),
        "the key in "
            + key
            + " is encrypted, and there is no passphrase for it in weir.private_key_passphrase");
  }

  @Test
  void anEncryptedKeyIsOpenedByThePassphraseOfAFile() throws Exception {
    TlsFiles files = new TlsFiles(folder);
    Authority authority = Authority.in(folder);
    ServerCertificate shown = authority.issue("localhost");
    var encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
            .setProvider(new BouncyCastleProvider())
            .setPassword("correct horse".toCharArray())
            .build();
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      pem.writeObject(shown.leaf());
      pem.writeObject(new JcaPKCS8Generator(shown.key(), encryptor));
    }
    String file = files.write("encrypted.pem", text.toString());
    var conf = new HashMap<>(TlsFiles.mainPort(Map.of(), file));
    String passphrase = files.write("passphrase", "correct horse\n");
    conf.put("weir", Map.of("private_key_passphrase", "file://" + passphrase));
    try (var weir = TestGateway.configured(conf, Api.of("echo", backend.target()));
        var client = EchoClient.secure(weir.port(), "localhost", authority.certificate())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }

    files.write("passphrase", "wrong horse");
    refuses(
        conf,
        "http_server_options.ssl_certificates[0]: the passphrase in weir.private_key_passphrase is"
            + " not that of the key in "
            + file);
  }

  /** Its reader takes longer to load than all else that a start does for TLS. */
  @Test
  void plainFilesAreReadWithoutBouncyCastle() throws IOException {
    Path classes = folder.resolve("classes");
    Api secure = secure("secure", Ports.free(), new TlsFiles(folder).issue("a"));
    var log = List.of("-Xlog:class+load:file=" + classes);
    try (var weir = WeirProcess.tuned(log, Map.of(), secure)) {
      assertThat(weir.output()).doesNotContain("error:");
      assertThat(Files.readString(classes))
          .contains("dev.weir.certificates.PemFile ")
          .doesNotContain("org.bouncycastle.openssl.PEMParser ")
          .doesNotContain("org.bouncycastle.asn1.x509.Certificate ");
    }
  }

  private static void refuses(Map<String, Object> configuration, String reason) {
    int port = Ports.free();
    try (var weir = WeirProcess.of(TykFiles.write(port, configuration, List.of()), port)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output()).containsPattern("tyk\\.conf:1:\\d+: error: ").contains(reason);
    }
  }

  @Test
  void anApiWithABrokenCertificateIsNamedAndItsNeighboursServe() throws IOException {
    TlsFiles files = new TlsFiles(folder);
    int port = Ports.free();
    Api broken = secure("broken", Ports.free(), folder.resolve("missing.pem").toString());
    try (var weir =
            WeirProcess.serving(
                broken, Api.of("clear", backend.target()), secure("fine", port, files.issue("a")));
        EchoClient clear = EchoClient.to(weir.port())) {
      assertThat(clear.unary("hi").status().isOk()).isTrue();
      assertThat(weir.output())
          .containsPattern("broken\\.json:1:\\d+: error: certificates\\[0\\]: there is no file")
          .containsPattern("TLS.*BoringSSL");
      assertThatExceptionOfType(SSLException.class)
          .isThrownBy(
              () -> TlsClient.trusting(files.authority()).offering("h3", "a\nb").connect(port));
      await()
          .untilAsserted(() ->
              assertThat(weir.output())
                  .contains("tls_handshake")
                  .contains("offers h3, a?b (expected: http/1.1, h2 takes enable_http2)"));
    }
  }

  private Api secure(String id, int port, String certificate) {
    return Api.of(id, backend.target())
        .on(port)
        .with("protocol", "https")
        .with("certificates", List.of(certificate));
  }
}
