package dev.weir.certificates;

/** A certificate or key that cannot be used; the message says why, in words for its owner. */
public final class BadCertificate extends Exception {
  private static final long serialVersionUID = 1L;

  BadCertificate(String message) {
    super(message);
  }

  /** One that says more than its cause. */
  public BadCertificate(String message, Throwable cause) {
    super(message, cause);
  }
}
