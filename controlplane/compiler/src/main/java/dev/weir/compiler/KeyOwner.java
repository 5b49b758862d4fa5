package dev.weir.compiler;

import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;

/**
 * Who has a key whose name is not enough, because others know it: as long as what has to be shown
 * besides stays the same. For all threads.
 */
abstract sealed class KeyOwner implements Identity
    permits User, CertificateHolder, JwtClient, ImportedToken {
  private final KnownKey key;

  KeyOwner(KnownKey key) {
    this.key = key;
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
