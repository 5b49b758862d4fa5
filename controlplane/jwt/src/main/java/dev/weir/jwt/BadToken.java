package dev.weir.jwt;

/** A token that is not believed. The message is for who runs the gateway, and has no part of it. */
public final class BadToken extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean expired;

  public BadToken(String message) {
    this(message, false);
  }

  private BadToken(String message, boolean expired) {
    // Who sends many of these is not to make the gateway look at its stack.
    super(message, null, false, false);
    this.expired = expired;
  }

  /** Everything else about it was right. */
  static BadToken expired() {
    return new BadToken("it has expired", true);
  }

  /** Whether it was good once. */
  public boolean hasExpired() {
    return expired;
  }
}
