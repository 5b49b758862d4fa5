package dev.weir.upstream;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** A server did not prove who it is; the message says why, in words for whoever runs it. */
final class Untrusted extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final TlsFailure failure;

  Untrusted(TlsFailure failure, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  TlsFailure failure() {
    return failure;
  }
}
