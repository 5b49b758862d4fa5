package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whom the tokens of an issuer are about: what counts their calls, whichever token they show. For
 * all threads.
 */
final class Subject implements QuotaOwner {
  /** No id of a policy or an API begins so. */
  static final String MARK = "\1jwt ";

  private final Name name;
  private final Map<RateRule, RateLimit> limits = new ConcurrentHashMap<>();

  /** How many tokens there are; changed by {@link Subjects} alone. */
  private int tokens;

  private long idleSince;
  private volatile boolean gone;

  Subject(Name name) {
    this.name = name;
  }

  /** The first bits of a hash of what a subject is called: the same in every gateway. */
  record Name(long high, long low) {
    static Name of(String orgId, String name) {
      try {
        ByteBuffer hash =
            ByteBuffer.wrap(
                MessageDigest.getInstance("SHA-256").digest((orgId + '\0' + name).getBytes(UTF_8)));
        return new Name(hash.getLong(), hash.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  Name name() {
    return name;
  }

  @Override
  public long high() {
    return name.high();
  }

  @Override
  public long low() {
    return name.low();
  }

  @Override
  public String mark() {
    return MARK;
  }

  @Override
  public boolean isDeleted() {
    return gone;
  }

  void isGone() {
    gone = true;
  }

  RateLimit limit(RateRule rule, long now) {
    return limits.computeIfAbsent(rule, made -> new RateLimit(made.calls(), made.seconds(), now));
  }

  void hasOneMore() {
    tokens++;
  }

  void hasOneLess(long epochSeconds) {
    tokens--;
    idleSince = epochSeconds;
  }

  /** Whether no token is left, and no call of theirs counts any more for a rate. */
  boolean isIdle(long epochSeconds) {
    double window = limits.keySet().stream().mapToDouble(RateRule::seconds).max().orElse(0);
    return tokens == 0 && epochSeconds - idleSince > window;
  }
}
