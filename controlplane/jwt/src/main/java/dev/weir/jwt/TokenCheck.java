package dev.weir.jwt;

/**
 * What is asked of tokens besides their signature, in seconds by which clocks may differ. A claim
 * that is not there is not asked for, as in Tyk.
 *
 * @param expires how long after {@code exp} one still counts
 * @param issued how long before {@code iat} one counts already
 * @param notBefore the same for {@code nbf}
 */
public record TokenCheck(long expires, long issued, long notBefore) {

  private static final long MOST_SKEW = 1L << 40;

  public TokenCheck {
    expires = Math.min(expires, MOST_SKEW);
    issued = Math.min(issued, MOST_SKEW);
    notBefore = Math.min(notBefore, MOST_SKEW);
  }

  /** A token that is good, until seconds since 1970, from which on it is not. */
  public record Checked(Claims claims, long until) {}

  /**
   * Believes a token, or does not.
   *
   * @param now in seconds since 1970
   */
  public Checked check(CompactToken token, VerificationKey key, long now) throws BadToken {
    key.check(token);
    Claims claims = Claims.of(token);
    if (claims.seconds("iat").orElse(0.0) > (double) now + issued) {
      throw new BadToken("it was issued later than now");
    }
    if (claims.seconds("nbf").orElse(0.0) > (double) now + notBefore) {
      throw new BadToken("it does not count yet");
    }
    long until = until(claims);
    if (until <= now) {
      throw BadToken.expired();
    }
    return new Checked(claims, until);
  }

  private long until(Claims claims) throws BadToken {
    return claims.seconds("exp").map(exp -> exp.longValue() + expires).orElse(Claims.NEVER);
  }
}
