package dev.weir.jwt;

/** A token that is not believed. The message is for who runs the gateway, and has no part of it. */
public final class BadToken extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean expired;
  private final boolean ofAnotherKey;

  public BadToken(String message) {
    this(message, false, false);
  }

  private BadToken(String message, boolean expired, boolean ofAnotherKey) {
    // Who sends many of these is not to make the gateway look at its stack.
    super(message, null, false, false);
    this.expired = expired;
    this.ofAnotherKey = ofAnotherKey;
  }

  /** Everything else about it was right. */
  static BadToken expired() {
    return new BadToken("it has expired", true, false);
  }

  /** The key that it names has not signed it. */
  static BadToken ofAnotherKey(String message) {
    return new BadToken(message, false, true);
  }

  /** Whether it may be good by a key that has taken the other one's name since. */
  public boolean isOfAnotherKey() {
    return ofAnotherKey;
  }

  /** Whether it was good once. */
  public boolean hasExpired() {
    return expired;
  }
}
