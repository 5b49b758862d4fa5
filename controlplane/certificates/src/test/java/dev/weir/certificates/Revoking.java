package dev.weir.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A list of revoked certificates in the making.
 *
 * @param at when it is signed, and the certificates are revoked
 */
record Revoking(
    ServerCertificate issuer, Instant at, Instant until, List<Entry> entries, List<Extra> extras) {

  record Entry(X509Certificate certificate, int reason) {}

  record Extra(ASN1ObjectIdentifier id, ASN1Encodable value) {}

  static Revoking by(ServerCertificate issuer, Instant at) {
    return new Revoking(issuer, at, at, List.of(), List.of());
  }

  Revoking at(Instant other) {
    return new Revoking(issuer, other, until, entries, extras);
  }

  Revoking until(Instant other) {
    return new Revoking(issuer, at, other, entries, extras);
  }

  Revoking revoke(X509Certificate certificate) {
    return revoke(new Entry(certificate, CRLReason.keyCompromise));
  }

  Revoking revoke(Entry entry) {
    var more = new ArrayList<>(entries);
    more.add(entry);
    return new Revoking(issuer, at, until, more, extras);
  }

  /** Adds a critical extension. */
  Revoking with(ASN1ObjectIdentifier id, ASN1Encodable value) {
    return new Revoking(issuer, at, until, entries, List.of(new Extra(id, value)));
  }

  byte[] der() throws Exception {
    var builder = new X509v2CRLBuilder(name(issuer), Date.from(at)).setNextUpdate(Date.from(until));
    for (Entry entry : entries) {
      builder.addCRLEntry(entry.certificate.getSerialNumber(), Date.from(at), entry.reason);
    }
    for (Extra extra : extras) {
      builder.addExtension(extra.id, true, extra.value);
    }
    return builder
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key()))
        .getEncoded();
  }

  byte[] pem() throws Exception {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der());
    return ("-----BEGIN X509 CRL-----\n" + body + "\n-----END X509 CRL-----\n").getBytes(US_ASCII);
  }

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** An authority below another one. */
  static ServerCertificate authorityUnder(
      ServerCertificate issuer, String name, Instant from, Instant until) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    X509Certificate made =
        sign(issuer, new X500Name("CN=" + name), keys.getPublic(), from, until, BigInteger.TWO);
    return new ServerCertificate(List.of(made), keys.getPrivate());
  }

  /** Another certificate of the same authority. */
  static ServerCertificate again(
      ServerCertificate authority, ServerCertificate issuer, Instant from, Instant until)
      throws Exception {
    PublicKey key = authority.leaf().getPublicKey();
    X509Certificate made = sign(issuer, name(authority), key, from, until, BigInteger.valueOf(3));
    return new ServerCertificate(List.of(made), authority.key());
  }

  private static X509Certificate sign(
      ServerCertificate issuer,
      X500Name subject,
      PublicKey key,
      Instant from,
      Instant until,
      BigInteger serial)
      throws Exception {
    var builder =
        new JcaX509v3CertificateBuilder(
            name(issuer), serial, Date.from(from), Date.from(until), subject, key);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key())));
  }

  private static X500Name name(ServerCertificate of) {
    return X500Name.getInstance(of.leaf().getSubjectX500Principal().getEncoded());
  }
}
