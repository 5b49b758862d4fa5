package dev.weir.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", NOW, Duration.ofDays(1));
  private final ServerCertificate server = authority.issue(List.of("a.example", "*.b.example"));

  @TempDir Path folder;

  @Test
  void readsACertificateAndItsKeyFromTwoFiles() throws Exception {
    ServerCertificate read = read(certificates(server.chain()), key(server.key()));

    assertThat(read.chain()).isEqualTo(server.chain());
    assertThat(read.hosts()).containsExactly("a.example", "*.b.example");
  }

  @Test
  void readsOneFileThatHoldsBothInAnyOrder() throws Exception {
    Path both = write("both", authority.certificate(), pkcs8(server.key()), server.leaf());

    ServerCertificate read = Certificates.read(both, both, Passphrase.NONE, NOW);

    assertThat(read.chain()).containsExactly(server.leaf(), authority.certificate());
  }

  /** As {@code openssl ecparam -genkey} writes it. */
  @Test
  void readsKeysInSec1() throws Exception {
    var key = (ECPrivateKey) server.key();
    var curve =
        PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm().getParameters();
    byte[] encoded =
        new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), curve).getEncoded();
    Path file =
        write(
            "key",
            new PemObject("EC PARAMETERS", curve.toASN1Primitive().getEncoded()),
            new PemObject("EC PRIVATE KEY", encoded));

    PrivateKey read = read(certificates(server.chain()), file).key();
    assertThat(((ECPrivateKey) read).getS()).isEqualTo(key.getS());
  }

  @Test
  void readsKeysInPkcs1() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey rsa = generator.generateKeyPair().getPrivate();

    assertThat(PemFile.read(write("key", rsa)).key()).isEqualTo(rsa);
  }

  @Test
  void leavesOutWhatDoesNotBelongToTheChain() throws Exception {
    X509Certificate stranger =
        new DevelopmentAuthority("stranger", NOW, Duration.ofDays(1)).certificate();

    ServerCertificate read = read(write("chain", server.leaf(), stranger), key(server.key()));

    assertThat(read.chain()).containsExactly(server.leaf());
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws Exception {
    Path key = key(authority.issue(List.of("c.example")).key());

    refuses(certificates(server.chain()), key, "the key in " + key + " does not belong");
  }

  @ParameterizedTest
  @CsvSource({"Ed25519", "Ed448", "DSA", "RSASSA-PSS"})
  void refusesKeysOfKindsThatTlsDoesNotTakeHere(String kind) throws Exception {
    ServerCertificate other = OtherKeys.issue(authority, kind, NOW);
    Path key = key(other.key());
    String reason = "is of kind %s, one of RSA or EC is needed for TLS".formatted(kind);

    refuses(certificates(other.chain()), key, "the key in " + key + " " + reason);
    refuses(certificates(server.chain()), key, "the key in " + key + " " + reason);
    Path both = write("both", other.leaf(), pkcs8(other.key()));
    assertThatThrownBy(() -> store(both)).hasMessage("the key in " + both + " " + reason);
    String text = Files.readString(both);
    assertThatThrownBy(
            () -> Certificates.parseForStore("the request", text, Passphrase.NONE, "", NOW))
        .hasMessage("the key in the request " + reason);
  }

  /** Of a client that shows it, or of an authority. */
  @Test
  void takesCertificatesOfAnyKindWithoutTheirKey() throws Exception {
    ServerCertificate other = OtherKeys.issue(authority, "Ed25519", NOW);

    assertThat(store(certificates(other.chain())).chain()).isEqualTo(other.chain());
  }

  private static StoredCertificate store(Path file) throws BadCertificate {
    return Certificates.readForStore(file, null, Passphrase.NONE, "", NOW);
  }

  @Test
  void anEncryptedKeyTakesItsPassphrase() throws Exception {
    Path chain = certificates(server.chain());
    Path key = write("key", encrypted());

    assertThat(Certificates.read(chain, key, new Passphrase("secret"), NOW)).isEqualTo(server);
    refuses(
        chain,
        key,
        "the key in "
            + key
            + " is encrypted, and there is no passphrase for it in weir.private_key_passphrase");
    assertThatThrownBy(() -> Certificates.read(chain, key, new Passphrase("wrong"), NOW))
        .hasMessage(
            "the passphrase in weir.private_key_passphrase is not that of the key in " + key);
    assertThat(new Passphrase("secret")).hasToString("***");
  }

  /** As {@code openssl rsa -aes256 -traditional} writes it to this day. */
  @Test
  void aKeyThatIsEncryptedInTheOldWayTakesItsPassphrase() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey rsa = generator.generateKeyPair().getPrivate();
    var encryptor =
        new JcePEMEncryptorBuilder("AES-256-CBC")
            .setProvider(new BouncyCastleProvider())
            .build("secret".toCharArray());
    Path key = write("key", new JcaMiscPEMGenerator(rsa, encryptor));
    assertThat(Files.readString(key)).contains("DEK-Info: AES-256-CBC");

    assertThat(PemFile.read(key, new Passphrase("secret")).key()).isEqualTo(rsa);
    assertThatThrownBy(() -> PemFile.read(key, new Passphrase("wrong")).key())
        .hasMessageStartingWith("the passphrase in weir.private_key_passphrase is not that");
  }

  @Test
  void nobodyWhoWantsNoKeyNeedsAPassphrase() throws Exception {
    Path both = write("both", server.leaf(), encrypted());

    assertThat(Certificates.readAll(both)).containsExactly(server.leaf());
  }

  private JcaPKCS8Generator encrypted() throws Exception {
    var encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
            .setProvider(new BouncyCastleProvider())
            .setPassword("secret".toCharArray())
            .build();
    return new JcaPKCS8Generator(server.key(), encryptor);
  }

  @Test
  void refusesFilesWithoutWhatIsNeeded() throws Exception {
    Path key = key(server.key());
    Path chain = certificates(server.chain());

    refuses(key, key, "there is no certificate in " + key);
    refuses(chain, chain, "there is no private key in " + chain);
    refuses(folder.resolve("none"), key, "there is no file " + folder.resolve("none"));
    refuses(folder, key, "cannot read " + folder);
    refuses(write("two", pkcs8(server.key()), pkcs8(server.key())), key, "there are two keys in");
    Files.writeString(folder.resolve("torn"), "-----BEGIN CERTIFICATE-----\nMIIB\n");
    refuses(folder.resolve("torn"), key, "cannot read " + folder.resolve("torn"));
  }

  @Test
  void refusesWhatIsNotValidNow() throws Exception {
    Path chain = certificates(server.chain());
    Path key = key(server.key());

    assertThatThrownBy(
            () -> Certificates.read(chain, key, Passphrase.NONE, NOW.plus(Duration.ofDays(2))))
        .hasMessageContaining("expired on 2026-11-29T12:00:00Z");
    assertThatThrownBy(
            () -> Certificates.read(chain, key, Passphrase.NONE, NOW.minus(Duration.ofDays(1))))
        .hasMessageContaining("is not valid before 2026-11-28T11:00:00Z");
  }

  private static ServerCertificate read(Path chain, Path key) throws BadCertificate {
    return Certificates.read(chain, key, Passphrase.NONE, NOW);
  }

  private static void refuses(Path chain, Path key, String message) {
    assertThatThrownBy(() -> read(chain, key))
        .isInstanceOf(BadCertificate.class)
        .hasMessageContaining(message);
  }

  private Path certificates(List<X509Certificate> chain) throws IOException {
    return write("chain", chain.toArray());
  }

  private Path key(PrivateKey key) throws IOException {
    return write("key", pkcs8(key));
  }

  private static JcaPKCS8Generator pkcs8(PrivateKey key) throws IOException {
    return new JcaPKCS8Generator(key, null);
  }

  private Path write(String name, Object... parts) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      for (Object part : parts) {
        writer.writeObject(part);
      }
    }
    return Files.writeString(folder.resolve(name + ".pem"), text.toString());
  }
}
