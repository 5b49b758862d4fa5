package dev.weir.jwt;

/** A key that tokens cannot be checked with. The message says why, and nothing of the key. */
public final class BadKey extends Exception {
  private static final long serialVersionUID = 1;

  BadKey(String message) {
    super(message);
  }
}
