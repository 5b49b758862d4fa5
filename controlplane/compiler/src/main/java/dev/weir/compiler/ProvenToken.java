package dev.weir.compiler;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Grants;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.jwt.VerificationKey;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who shows a token whose signature was right. It counts as long as the key that signed it does,
 * and is asked for again when it was forgotten for want of room. For all threads.
 */
final class ProvenToken extends RememberedToken {
  private static final Grants GONE =
      Grants.denied(
          new ProxyError(Kind.TOKEN_REFUSED, "the key that has signed the token counts no more"));

  private final Subject subject;
  private final Subjects subjects;
  private final VerificationKey key;
  private final long expires;
  private final @Nullable KnownKey client;
  private final Supplier<Grants> rights;

  /**
   * @param subject has one token more by this one
   * @param expires seconds since 1970, {@link #NEVER}
   * @param client whose key it counts with; null for nobody's
   * @param rights as for {@link #grants}
   */
  ProvenToken(
      Subject subject,
      Subjects subjects,
      VerificationKey key,
      long expires,
      @Nullable KnownKey client,
      Supplier<Grants> rights,
      Map<String, String> told) {
    super(told);
    this.subject = subject;
    this.subjects = subjects;
    this.key = key;
    this.expires = expires;
    this.client = client;
    this.rights = rights;
  }

  @Override
  void release(long epochSeconds) {
    subjects.withoutToken(subject, epochSeconds);
  }

  @Override
  public Grants grants() {
    return key.isTrusted() ? rights.get() : GONE;
  }

  @Override
  public long expires() {
    return client == null ? expires : Math.min(expires, client.expires());
  }

  @Override
  public RateLimit limit(RateRule rule, long now) {
    return subject.limit(rule, now);
  }

  @Override
  public Quota quota(QuotaRule rule) {
    return subjects.quotas().of(subject, rule);
  }

  @Override
  boolean isTrusted() {
    return key.isTrusted() && (client == null || !client.isDeleted());
  }
}
