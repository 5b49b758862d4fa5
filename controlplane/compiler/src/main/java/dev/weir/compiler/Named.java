package dev.weir.compiler;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateUse;
import dev.weir.certificates.ServerCertificate;
import dev.weir.model.CertificateReference;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** Finds the certificates and keys that documents name for what is spoken with targets. */
record Named(CertificateUse source) {
  private static final int SHA_256_DIGITS = 64;

  /** One to be shown, with its key. */
  ServerCertificate identity(CertificateReference reference) throws Unusable {
    try {
      return source.identity(SourceName.of(reference));
    } catch (BadCertificate e) {
      throw unusable(reference, e);
    }
  }

  /** Those who are trusted. */
  List<X509Certificate> trusted(CertificateReference reference) throws Unusable {
    try {
      return source.authorities(reference.certificateFile());
    } catch (BadCertificate e) {
      throw unusable(reference, e);
    }
  }

  /** SHA-256 of public keys; the id of a key has it in it. */
  Set<String> fingerprints(CertificateReference reference) throws Unusable {
    String id = reference.id();
    try {
      return id == null
          ? source.fingerprints(reference.certificateFile())
          : Set.of(id.substring(id.length() - SHA_256_DIGITS));
    } catch (BadCertificate e) {
      throw unusable(reference, e);
    }
  }

  private static Unusable unusable(CertificateReference reference, BadCertificate why) {
    return new Unusable(reference.error(String.valueOf(why.getMessage()), null));
  }
}
