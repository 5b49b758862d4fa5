package dev.weir.compiler;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.jwt.VerificationKey;
import java.util.function.Supplier;

/**
 * Who shows a token whose signature was right. It counts as long as the key that signed it does,
 * and is asked for again when it was forgotten for want of room. For all threads.
 */
final class ProvenToken implements Identity {
  private static final Grants GONE =
      Grants.denied(
          new ProxyError(Kind.TOKEN_REFUSED, "the key that has signed the token counts no more"));

  private final Subject subject;
  private final QuotaKeeper quotas;
  private final VerificationKey key;
  private final long expires;
  private final Supplier<Grants> rights;
  private volatile boolean forgotten;

  /**
   * @param expires seconds since 1970, {@link #NEVER}
   * @param rights as for {@link #grants}
   */
  ProvenToken(
      Subject subject,
      QuotaKeeper quotas,
      VerificationKey key,
      long expires,
      Supplier<Grants> rights) {
    this.subject = subject;
    this.quotas = quotas;
    this.key = key;
    this.expires = expires;
    this.rights = rights;
  }

  Subject subject() {
    return subject;
  }

  /** Its calls go on; the next one has it checked anew. */
  void isForgotten() {
    forgotten = true;
  }

  @Override
  public Grants grants() {
    return key.isTrusted() ? rights.get() : GONE;
  }

  @Override
  public long expires() {
    return expires;
  }

  @Override
  public RateLimit limit(RateRule rule, long now) {
    return subject.limit(rule, now);
  }

  @Override
  public Quota quota(QuotaRule rule) {
    return quotas.of(subject, rule);
  }

  @Override
  public boolean isKnown() {
    return !forgotten && key.isTrusted();
  }
}
