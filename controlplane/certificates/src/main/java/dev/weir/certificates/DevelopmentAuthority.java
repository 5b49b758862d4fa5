package dev.weir.certificates;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates for development and tests, which nobody trusts who was not told to. */
public final class DevelopmentAuthority {
  private static final Duration OVERLAP = Duration.ofHours(1);
  private static final int SERIAL_BITS = 120;
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private final SecureRandom random = new SecureRandom();
  private final PrivateKey signer;
  private final X509Certificate certificate;
  private final Instant notBefore;
  private final Instant notAfter;

  /**
   * @param now when they begin to be valid, but for an hour that clocks may differ
   * @param lifetime for how long
   */
  public DevelopmentAuthority(String name, Instant now, Duration lifetime) {
    notBefore = now.minus(OVERLAP);
    notAfter = now.plus(lifetime);
    KeyPair keys = newKeys();
    X500Name subject = subject(name);
    signer = keys.getPrivate();
    certificate = sign(authority(), subject, keys.getPublic(), subject);
  }

  /**
   * One that was made before.
   *
   * @param authority what {@link #keep} gave
   */
  public DevelopmentAuthority(ServerCertificate authority, Instant now, Duration lifetime) {
    notBefore = now.minus(OVERLAP);
    notAfter = now.plus(lifetime);
    signer = authority.key();
    certificate = authority.leaf();
  }

  /** What makes it again; whoever has this can make certificates that its users trust. */
  public ServerCertificate keep() {
    return new ServerCertificate(List.of(certificate), signer);
  }

  /** What has to be trusted. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * A certificate for servers and clients.
   *
   * @param hosts names and addresses; the first is its common name
   */
  public ServerCertificate issue(List<String> hosts) {
    return issue(leaf(hosts), hosts.getFirst());
  }

  /** A certificate for a client, with this common name. */
  public ServerCertificate issueClient(String name) {
    return issue(client(), name);
  }

  private ServerCertificate issue(Extensions extensions, String name) {
    KeyPair pair = newKeys();
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    X509Certificate issued = sign(extensions, issuer, pair.getPublic(), subject(name));
    return new ServerCertificate(List.of(issued, certificate), pair.getPrivate());
  }

  private static X500Name subject(String name) {
    return new X500NameBuilder().addRDN(BCStyle.CN, name).build();
  }

  private interface Extensions {
    void addTo(X509v3CertificateBuilder builder) throws CertIOException;
  }

  private static Extensions authority() {
    return builder -> {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    };
  }

  private static Extensions leaf(List<String> hosts) {
    GeneralName[] names =
        hosts.stream().map(DevelopmentAuthority::name).toArray(GeneralName[]::new);
    return builder -> {
      addUsages(builder, KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    };
  }

  private static Extensions client() {
    return builder -> addUsages(builder, KeyPurposeId.id_kp_clientAuth);
  }

  private static void addUsages(X509v3CertificateBuilder builder, KeyPurposeId... purposes)
      throws CertIOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
  }

  private static GeneralName name(String host) {
    return ADDRESS.matcher(host).matches()
        ? new GeneralName(
            GeneralName.iPAddress, new DEROctetString(InetAddress.ofLiteral(host).getAddress()))
        : new GeneralName(GeneralName.dNSName, host);
  }

  private X509Certificate sign(
      Extensions extensions, X500Name issuer, PublicKey key, X500Name subject) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              new BigInteger(SERIAL_BITS, random),
              Date.from(notBefore),
              Date.from(notAfter),
              subject,
              key);
      extensions.addTo(builder);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make certificates", e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }
}
