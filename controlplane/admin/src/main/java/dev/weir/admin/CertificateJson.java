package dev.weir.admin;

import dev.weir.certificates.StoredCertificate;
import dev.weir.model.JsonWriter;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Stored certificates in Tyk's two shapes, without their private keys. */
final class CertificateJson {
  private CertificateJson() {}

  static String whole(StoredCertificate certificate) {
    X509Certificate leaf = certificate.leaf();
    return """
    {"id":%s,"fingerprint":%s,"has_private":%s,"issuer":%s,"subject":%s,%s}\
    """
        .formatted(
            JsonWriter.quoted(certificate.id()),
            JsonWriter.quoted(StoredCertificate.fingerprint(leaf)),
            certificate.key() != null,
            JsonWriter.quoted(leaf.getIssuerX500Principal().getName()),
            JsonWriter.quoted(leaf.getSubjectX500Principal().getName()),
            rest(certificate));
  }

  static String detailed(StoredCertificate certificate) {
    X509Certificate leaf = certificate.leaf();
    return """
    {"id":%s,"issuer_cn":%s,"subject_cn":%s,"has_private":%s,%s}\
    """
        .formatted(
            JsonWriter.quoted(certificate.id()),
            JsonWriter.quoted(commonName(leaf.getIssuerX500Principal())),
            JsonWriter.quoted(commonName(leaf.getSubjectX500Principal())),
            certificate.key() != null,
            rest(certificate));
  }

  private static String rest(StoredCertificate certificate) {
    X509Certificate leaf = certificate.leaf();
    return """
    "dns_names":%s,"not_before":"%s","not_after":"%s","is_ca":%s\
    """
        .formatted(
            ControlAnswer.texts(certificate.names()),
            leaf.getNotBefore().toInstant(),
            leaf.getNotAfter().toInstant(),
            leaf.getBasicConstraints() >= 0);
  }

  /** Empty for a name that has none. */
  private static String commonName(X500Principal name) {
    try {
      return new LdapName(name.getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .map(String::valueOf)
              .findFirst()
              .orElse("");
    } catch (InvalidNameException e) {
      return "";
    }
  }
}
