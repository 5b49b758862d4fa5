package dev.weir.upstream;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * A server did not prove who it is; the message says why, in words for whoever runs it. What it has
 * of a certificate is somebody else's to choose: it is one short line of printable characters.
 */
final class Untrusted extends CertificateException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CHARS = 400;

  private final TlsFailure failure;

  Untrusted(TlsFailure failure, String message, @Nullable Throwable cause) {
    super(printable(message), cause);
    this.failure = failure;
  }

  private static String printable(String message) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < Math.min(message.length(), MAX_CHARS); i++) {
      char c = message.charAt(i);
      line.append(Character.isISOControl(c) ? '?' : c);
    }
    return message.length() > MAX_CHARS ? line.append("...").toString() : line.toString();
  }

  TlsFailure failure() {
    return failure;
  }
}
