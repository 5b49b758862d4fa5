package dev.weir.certificates;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates for keys of kinds that no authority for development makes. */
final class OtherKeys {
  private OtherKeys() {}

  /**
   * A certificate and its key, for a day.
   *
   * @param kind by its name in Java
   */
  static ServerCertificate issue(DevelopmentAuthority authority, String kind, Instant now)
      throws Exception {
    ServerCertificate issuer = authority.keep();
    KeyPair keys = KeyPairGenerator.getInstance(kind).generateKeyPair();
    var builder =
        new JcaX509v3CertificateBuilder(
            X500Name.getInstance(issuer.leaf().getSubjectX500Principal().getEncoded()),
            BigInteger.TEN,
            Date.from(now),
            Date.from(now.plus(Duration.ofDays(1))),
            new X500Name("CN=" + kind),
            keys.getPublic());
    X509Certificate made =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key())));
    return new ServerCertificate(List.of(made), keys.getPrivate());
  }
}
