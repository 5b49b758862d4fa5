package dev.weir.compiler;

import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import org.jspecify.annotations.Nullable;

/**
 * Who has a key with a password, as long as it is this password. Knows by which name and password
 * it was proven last, so that this is slow once only. For all threads.
 */
final class User implements Identity {
  /**
   * A hash, by the secret of the store, of what was shown.
   *
   * @param high its first 64 bits
   * @param low the next
   */
  record Proof(long high, long low) {}

  private final KnownKey key;
  private final String passwordHash;
  private volatile @Nullable Proof proof;

  User(KnownKey key, String passwordHash) {
    this.key = key;
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

  @Override
  public Grants grants() {
    return key.grantsTo(this);
  }

  @Override
  public long expires() {
    return key.expires();
  }

  @Override
  public RateLimit limit(RateRule rule, long now) {
    return key.limit(rule, now);
  }

  @Override
  public Quota quota(QuotaRule rule) {
    return key.quota(rule);
  }

  @Override
  public boolean isKnown() {
    return key.isKnownAs(this);
  }
}
