package dev.weir.engine;

import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.NameAndPassword;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A caller that is known by whatever token, for ever, and may do nothing; tests say what differs.
 */
interface AnyCaller extends Identity, IdentityLookup {
  @Override
  default @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
    return this;
  }

  @Override
  default @Nullable Identity find(byte[] owner, NameAndPassword shown) {
    return null;
  }

  @Override
  default @Nullable Identity holder(byte[] owner, byte[] fingerprint) {
    return null;
  }

  @Override
  default boolean prove(byte[] owner, NameAndPassword shown, long address, Proven proven) {
    return false;
  }

  @Override
  default long changes() {
    return 0;
  }

  @Override
  default Grants grants() {
    return Grants.of(Map.of());
  }

  @Override
  default long expires() {
    return NEVER;
  }

  @Override
  default RateLimit limit(RateRule rule, long now) {
    return new RateLimit(rule.calls(), rule.seconds(), now);
  }

  @Override
  default Quota quota(QuotaRule rule) {
    return new Quota(rule, QuotaUse.NONE);
  }

  @Override
  default boolean isKnown() {
    return true;
  }
}
