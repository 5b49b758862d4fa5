package dev.weir.certificates;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A certificate or key that cannot be used; the message says why, in words for its owner. */
public final class BadCertificate extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable Instant goodFrom;

  BadCertificate(String message) {
    super(message);
    this.goodFrom = null;
  }

  /** One that says more than its cause. */
  public BadCertificate(String message, Throwable cause) {
    this(message, cause, null);
  }

  BadCertificate(String message, Throwable cause, @Nullable Instant goodFrom) {
    super(message, cause);
    this.goodFrom = goodFrom;
  }

  /** When it can be used as it is; null for never, or when that cannot be known. */
  @Nullable Instant goodFrom() {
    return goodFrom;
  }
}
