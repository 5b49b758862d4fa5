package dev.weir.compiler;

import dev.weir.filter.Grants;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import java.util.Map;

/**
 * Who shows a token that a client has signed with the secret of its key: it has the rights of the
 * key, as long as the key has that secret. For all threads.
 */
final class ClientToken extends RememberedToken {
  private final JwtClient client;
  private final long until;

  /**
   * @param until when the token expires, whatever its key does; {@link #NEVER}
   */
  ClientToken(JwtClient client, long until, Map<String, String> told) {
    super(told);
    this.client = client;
    this.until = until;
  }

  @Override
  public Grants grants() {
    return client.grants();
  }

  @Override
  public long expires() {
    return Math.min(until, client.expires());
  }

  @Override
  public RateLimit limit(RateRule rule, long now) {
    return client.limit(rule, now);
  }

  @Override
  public Quota quota(QuotaRule rule) {
    return client.quota(rule);
  }

  @Override
  boolean isTrusted() {
    return client.isKnown();
  }

  @Override
  void release(long epochSeconds) {
    // Its key is there without it.
  }
}
