package dev.weir.compiler;

import org.jspecify.annotations.Nullable;

/**
 * Who has a key with a password, as long as it is this password. Knows by which name and password
 * it was proven last, so that this is slow once only. For all threads.
 */
final class User extends KeyOwner {
  /**
   * A hash, by the secret of the store, of what was shown.
   *
   * @param high its first 64 bits
   * @param low the next
   */
  record Proof(long high, long low) {}

  private final String passwordHash;
  private volatile @Nullable Proof proof;

  User(KnownKey key, String passwordHash) {
    super(key);
    this.passwordHash = passwordHash;
  }

  String passwordHash() {
    return passwordHash;
  }

  void isProvenBy(Proof shown) {
    proof = shown;
  }

  /** Whoever can find a second name and password with this hash has the secret of the store. */
  boolean wasProvenBy(long high, long low) {
    Proof known = proof;
    return known != null && ((known.high() ^ high) | (known.low() ^ low)) == 0;
  }
}
