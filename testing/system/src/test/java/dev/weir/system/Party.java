package dev.weir.system;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with a certificate and its key: what no honest authority issues, too.
 *
 * @param certificate of which the subject is the name alone
 */
record Party(X509Certificate certificate, KeyPair keys) {

  static Party authority(String name, @Nullable Party issuer, Instant middle) {
    return issue(name, issuer, middle, Extension.basicConstraints, new BasicConstraints(true));
  }

  static Party client(String name, @Nullable Party issuer, Instant middle, KeyPurposeId use) {
    return issue(name, issuer, middle, Extension.extendedKeyUsage, new ExtendedKeyUsage(use));
  }

  /**
   * Valid for two days.
   *
   * @param issuer null for itself
   */
  static Party issue(
      String name,
      @Nullable Party issuer,
      Instant middle,
      ASN1ObjectIdentifier extension,
      ASN1Encodable value) {
    KeyPair keys = newKeys();
    var made = builder("CN=" + name, keys, issuer, middle);
    return new Party(sign(add(made, extension, value), issuer == null ? keys : issuer.keys), keys);
  }

  /**
   * An authority with another certificate for the same key.
   *
   * @param issuer null for itself
   */
  static Party again(
      Party authority,
      @Nullable Party issuer,
      Instant middle,
      ASN1ObjectIdentifier extension,
      ASN1Encodable value) {
    var made = builder(authority.name(), authority.keys, issuer, middle);
    add(made, Extension.basicConstraints, new BasicConstraints(true));
    KeyPair signer = issuer == null ? authority.keys : issuer.keys;
    return new Party(sign(add(made, extension, value), signer), authority.keys);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509v3CertificateBuilder builder(
      String name, KeyPair keys, @Nullable Party issuer, Instant middle) {
    X500Name subject = new X500Name(name);
    return new JcaX509v3CertificateBuilder(
        issuer == null ? subject : new X500Name(issuer.name()),
        BigInteger.ONE,
        Date.from(middle.minus(Duration.ofDays(1))),
        Date.from(middle.plus(Duration.ofDays(1))),
        subject,
        keys.getPublic());
  }

  private static X509v3CertificateBuilder add(
      X509v3CertificateBuilder made, ASN1ObjectIdentifier extension, ASN1Encodable value) {
    try {
      return made.addExtension(extension, true, value);
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate sign(X509v3CertificateBuilder made, KeyPair signer) {
    try {
      var by = new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(made.build(by));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private String name() {
    return certificate.getSubjectX500Principal().getName();
  }
}
