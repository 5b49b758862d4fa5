package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes certificates for a test, and their files.
 *
 * @param folder where the files are
 */
record Authority(DevelopmentAuthority development, Path folder) {

  static Authority in(Path folder) {
    return named("test authority", folder);
  }

  static Authority named(String name, Path folder) {
    return new Authority(new DevelopmentAuthority(name, Instant.now(), Duration.ofDays(1)), folder);
  }

  /** One whose certificates are valid for a day, from so long before or after now. */
  static Authority shifted(Path folder, Duration shift) {
    Instant then = Instant.now().plus(shift);
    return new Authority(new DevelopmentAuthority("shifted", then, Duration.ofDays(1)), folder);
  }

  /** One that it has signed, valid until then; what that one issues lives for a day. */
  Authority below(Instant end) {
    try {
      KeyPair keys = keys();
      X500Name issuer = X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded());
      var builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              BigInteger.TWO,
              Date.from(Instant.now().minus(Duration.ofHours(1))),
              Date.from(end),
              new X500Name("CN=below"),
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      ServerCertificate own = signed(builder, development.keep().key(), keys.getPrivate());
      return new Authority(
          new DevelopmentAuthority(own, Instant.now(), Duration.ofDays(1)), folder);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  X509Certificate certificate() {
    return development.certificate();
  }

  /** Its own certificate, for those who are to trust it. */
  String file() {
    return file("ca" + certificate().getSerialNumber() + ".pem", certificate());
  }

  /** A file with any certificate. */
  String file(String name, X509Certificate certificate) {
    return pem(name, "CERTIFICATE", encoded(certificate));
  }

  ServerCertificate issue(String... hosts) {
    return development.issue(List.of(hosts));
  }

  /** A file with a certificate for these hosts and its key. */
  String identityFile(String name, String... hosts) {
    Path file = folder.resolve(name);
    try {
      PemWriter.write(file, issue(hosts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }

  /** A file with a public key. */
  String publicKeyFile(PublicKey key) {
    return pem("key.pem", "PUBLIC KEY", key.getEncoded());
  }

  /** What a server of grpc-java with this certificate needs. */
  static SslContextBuilder server(ServerCertificate certificate) {
    return GrpcSslContexts.configure(
        SslContextBuilder.forServer(certificate.key(), certificate.chain()), SslProvider.JDK);
  }

  /** A server's certificate that was issued by itself. */
  static ServerCertificate selfSigned(String address) {
    try {
      KeyPair keys = keys();
      X500Name name = new X500Name("CN=" + address);
      Date from = Date.from(Instant.now().minus(Duration.ofHours(1)));
      Date to = Date.from(Instant.now().plus(Duration.ofHours(1)));
      var builder =
          new JcaX509v3CertificateBuilder(name, BigInteger.ONE, from, to, name, keys.getPublic());
      var host = new GeneralName(GeneralName.iPAddress, address);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(host));
      return signed(builder, keys.getPrivate(), keys.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static ServerCertificate signed(
      X509v3CertificateBuilder builder, PrivateKey by, PrivateKey own)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by);
    var signed = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    return new ServerCertificate(List.of(signed), own);
  }

  /** The same for one that its clients have to prove themselves to. */
  SslContextBuilder demanding(ServerCertificate certificate) {
    return server(certificate).trustManager(certificate()).clientAuth(ClientAuth.REQUIRE);
  }

  /** The same for one that takes clients without, too. */
  SslContextBuilder asking(ServerCertificate certificate) {
    return server(certificate).trustManager(certificate()).clientAuth(ClientAuth.OPTIONAL);
  }

  /** A socket that waits for TLS and knows nothing of protocols in it. */
  static SSLServerSocket withoutAlpn(ServerCertificate certificate) throws IOException {
    return (SSLServerSocket)
        context(certificate)
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  /** Java's own TLS, for servers. */
  static SSLContext context(ServerCertificate certificate) throws IOException {
    char[] password = {};
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry(
          "server",
          certificate.key(),
          password,
          certificate.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static SslContext build(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private String pem(String name, String type, byte[] der) {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                type, Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der), type);
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
