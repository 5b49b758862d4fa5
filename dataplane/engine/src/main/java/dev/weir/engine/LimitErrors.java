package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Quota;
import dev.weir.filter.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a caller is told who has called too often, or too much. */
final class LimitErrors {
  /** The last second that has a date of four digits. */
  private static final long LAST_DATE = 253_402_300_799L;

  private LimitErrors() {}

  /**
   * Too often.
   *
   * @param limit has not admitted the call
   * @param who what it is the limit of, for the begin of the message
   */
  static ProxyError rate(Kind kind, RateLimit limit, String who, long nowNanos) {
    String span = Duration.ofNanos(limit.spanNanos()).toString().substring(2);
    String detail =
        "%s %d times in %s".formatted(who, limit.calls(), span.toLowerCase(Locale.ROOT));
    return new ProxyError(kind, detail, limit.waitNanos(nowNanos));
  }

  /**
   * Too much: says when to come again, and that nobody need come before.
   *
   * @param about the API, for the begin of the message
   * @param key so much of it that its owner knows which
   * @param now seconds since 1970
   */
  static ProxyError quota(Quota quota, String about, String key, long now) {
    long renews = quota.renews(now);
    boolean never = renews > LAST_DATE;
    String detail =
        "%s%s has used its quota of %d calls, which %s"
            .formatted(
                about,
                key,
                quota.rule().calls(),
                never ? "does not renew" : "renews at " + Instant.ofEpochSecond(renews));
    long wait =
        never
            ? ProxyError.NEVER_AGAIN
            : TimeUnit.SECONDS.toNanos(Math.clamp(renews - now, 1, Integer.MAX_VALUE));
    return new ProxyError(Kind.QUOTA_EXCEEDED, detail, wait, key);
  }
}
