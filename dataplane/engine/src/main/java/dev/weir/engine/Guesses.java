package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.engine.Credentials.Unproven;
import dev.weir.filter.FailedCredentials;
import dev.weir.http2.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Slows down whoever shows credentials that are no good, by the address that they come from. Who
 * shows a good one is let in from there all the same; only a password that nobody has proven yet is
 * not compared when too many others were no good. A password that is compared counts until it turns
 * out to be right, so that no more are guessed at once than one after the other. Confined to one
 * event loop.
 */
final class Guesses {
  /** What {@link #count} gives where nothing is counted; the broadcast address is nobody's. */
  static final long UNCOUNTED = -1;

  private final FailedCredentials failed;
  private final FailedCredentials failedLogins;
  private final EngineLoop loop;

  /**
   * @param failedLogins passwords count apart: whoever has other credentials wrong locks nobody out
   */
  Guesses(FailedCredentials failed, FailedCredentials failedLogins, EngineLoop loop) {
    this.failed = failed;
    this.failedLogins = failedLogins;
    this.loop = loop;
  }

  /** Why a credential is not even looked at, or null. */
  @Nullable ProxyError refusal(
      Unproven unproven, RouteAction.Forward action, CallerAddress from, FieldList head) {
    return isPassword(unproven) ? tooMany(failedLogins, action, from.network(head)) : null;
  }

  /** What is told of a refusal, which is counted if it was about a credential that is no good. */
  ProxyError counted(
      ProxyError refusal, RouteAction.Forward action, CallerAddress from, FieldList head) {
    if (!isOfCredential(refusal.kind())) {
      return refusal;
    }
    FailedCredentials counts = refusal.kind() == Kind.LOGIN_REFUSED ? failedLogins : failed;
    long network = from.network(head);
    ProxyError tooMany = tooMany(counts, action, network);
    if (tooMany != null) {
      return tooMany;
    }
    counts.count(network, loop.nowNanos());
    return refusal;
  }

  /**
   * Counts a password before it is compared; other credentials count when they are found to be no
   * good.
   *
   * @return for {@link #takeBack}
   */
  long count(Unproven unproven, CallerAddress from, FieldList head) {
    if (!isPassword(unproven)) {
      return UNCOUNTED;
    }
    long network = from.network(head);
    failedLogins.count(network, loop.nowNanos());
    return network;
  }

  /** What is told of what was counted; it counts no more if it was not compared. */
  ProxyError settled(ProxyError refusal, long counted) {
    if (refusal.kind() == Kind.LOGINS_BUSY) {
      takeBack(counted);
    }
    return refusal;
  }

  /** What was counted is right, or was not compared. */
  void takeBack(long counted) {
    if (counted != UNCOUNTED) {
      failedLogins.takeBack(counted, loop.nowNanos());
    }
  }

  private static boolean isPassword(Unproven unproven) {
    return unproven.asked().kind() == AskedCredential.Kind.PASSWORD;
  }

  private @Nullable ProxyError tooMany(
      FailedCredentials counts, RouteAction.Forward action, long network) {
    long wait = counts.waitNanos(network, loop.nowNanos());
    return wait == 0
        ? null
        : new ProxyError(
            Kind.ADDRESS_THROTTLED,
            "API " + action.api() + ": too many credentials from this address were no good",
            wait);
  }

  private static boolean isOfCredential(Kind kind) {
    return kind == Kind.CREDENTIAL_REFUSED
        || kind == Kind.KEY_CERTIFICATE_REFUSED
        || kind == Kind.LOGIN_REFUSED
        || kind == Kind.TOKEN_REFUSED;
  }
}
