package dev.weir.filter;

import java.util.Map;

/**
 * One who may call, known by a credential: it stays the same object while what it may do changes,
 * and after it has been revoked, so that whoever remembers it learns of that. For all threads.
 */
public interface Identity {
  /** When one expires that never does. */
  long NEVER = Long.MAX_VALUE;

  /**
   * What it may do by the rules that count now. As long as they stay, this is the same object and
   * costs a look at a field or two.
   */
  Grants grants();

  /** Seconds since 1970 from which on the credential is no good; {@link #NEVER}. */
  long expires();

  /**
   * What counts its calls by a rule: the same object for the same rule as long as it is known,
   * whatever else changes.
   *
   * @param now as for {@link RateLimit#admit}
   */
  RateLimit limit(RateRule rule, long now);

  /**
   * What counts its calls by a rule until they are counted anew: the same object for the same rule
   * as long as it is known, whatever else changes.
   */
  Quota quota(QuotaRule rule);

  /**
   * What the credential itself says, if it was signed, by its names: so much of it as APIs ask for.
   * Empty once it does not stand for anybody any more, so who needs it longer keeps it.
   */
  default Map<String, String> claims() {
    return Map.of();
  }

  /** Whether the credential still stands for it: once it does not, it may stand for another. */
  boolean isKnown();
}
