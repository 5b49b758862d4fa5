package dev.weir.compiler;

import dev.weir.certificates.CertificateSource;
import dev.weir.model.CertificateReference;

/** What documents call a certificate, as {@link CertificateSource} takes it. */
final class SourceName {
  private SourceName() {}

  static CertificateSource.Name of(CertificateReference reference) {
    return new CertificateSource.Name(
        reference.id(), reference.certificateFile(), reference.keyFile());
  }
}
