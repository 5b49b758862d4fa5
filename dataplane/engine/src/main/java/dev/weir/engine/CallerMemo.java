package dev.weir.engine;

import dev.weir.filter.EndpointRates;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.ListenPath;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.http2.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * Who a credential's field stands for, kept on the field, with what was asked of them last.
 * Confined to the event loop that decoded the field.
 */
final class CallerMemo {
  private final Identity identity;

  /** For {@link RecentCallers}: half of a hash of what was shown. */
  private long half;

  private AskedCredential shownTo;
  private @Nullable Access access;
  private @Nullable Grants grants;
  private @Nullable Grant grant;
  private @Nullable RateLimit limit;
  private @Nullable RateLimit @Nullable [] endpointLimits;
  private @Nullable Quota quota;

  /**
   * @param shownTo what the credential was looked up for
   */
  CallerMemo(Identity identity, AskedCredential shownTo) {
    this.identity = identity;
    this.shownTo = shownTo;
  }

  /** Whether the field stands for the same one to an API, still. */
  boolean isFor(AskedCredential asking) {
    if (!identity.isKnown() || !asking.isAs(shownTo)) {
      return false;
    }
    shownTo = asking;
    return true;
  }

  /** Reads this object itself, from its beginning to its end, for {@link #fetch}. */
  long touch() {
    return half + (quota == null ? 0 : 1);
  }

  /**
   * Reads what an admission needs, so that the processor fetches it all at once and not one behind
   * the other: of many callers none of it is in its caches. What it answers has no meaning, but has
   * to be used: what nobody uses is not read.
   */
  long fetch() {
    return (limit == null ? 0 : limit.peek())
        ^ (quota == null ? 0 : quota.peek())
        ^ (identity.isKnown() ? 1 : 0)
        ^ identity.expires();
  }

  Identity identity() {
    return identity;
  }

  long half() {
    return half;
  }

  void half(long ofHash) {
    half = ofHash;
  }

  /** What of that is for an API; null for nothing. */
  @Nullable Grant grant(Grants now, Access asking) {
    if (now != grants || asking != access) {
      grants = now;
      access = asking;
      grant = now.of(asking.apiId());
      limit = null;
      endpointLimits = null;
      quota = null;
    }
    return grant;
  }

  /**
   * What counts a call by the last grant; null for nothing.
   *
   * @param http the method of a call that is none of gRPC; null for one of gRPC
   */
  @Nullable RateLimit limit(
      RouteMemo route, ListenPath by, @Nullable HeaderField http, long nowNanos) {
    EndpointRates endpoints = grant == null ? null : grant.endpoints();
    int index = endpoints == null ? EndpointRates.NONE : route.index(endpoints, by, http);
    return endpoints == null || index == EndpointRates.NONE
        ? limit(nowNanos)
        : limit(endpoints, index, nowNanos);
  }

  private @Nullable RateLimit limit(long nowNanos) {
    RateRule rule = grant == null ? null : grant.rate();
    if (rule != null && limit == null) {
      limit = identity.limit(rule, nowNanos);
    }
    return limit;
  }

  private @Nullable RateLimit limit(EndpointRates endpoints, int index, long nowNanos) {
    @Nullable RateLimit[] known = endpointLimits;
    if (known == null) {
      known = new @Nullable RateLimit[endpoints.size()];
      endpointLimits = known;
    }
    RateRule rule = endpoints.rate(index);
    if (rule != null && known[index] == null) {
      known[index] = identity.limit(rule, nowNanos);
    }
    return known[index];
  }

  /** What counts them until they are counted anew; null for nothing. */
  @Nullable Quota quota() {
    QuotaRule rule = grant == null ? null : grant.quota();
    if (rule != null && quota == null) {
      quota = identity.quota(rule);
    }
    return quota;
  }
}
