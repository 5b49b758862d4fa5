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
 * not compared. Confined to one event loop.
 */
final class Guesses {
  private final FailedCredentials failed;
  private final EngineLoop loop;

  Guesses(FailedCredentials failed, EngineLoop loop) {
    this.failed = failed;
    this.loop = loop;
  }

  /** Why a credential is not even looked at, or null. */
  @Nullable ProxyError refusal(
      Unproven unproven, RouteAction.Forward action, CallerAddress from, FieldList head) {
    return unproven.asked().kind() == AskedCredential.Kind.PASSWORD
        ? tooMany(action, from.network(head))
        : null;
  }

  /** What is told of a refusal, which is counted if it was about a credential that is no good. */
  ProxyError counted(
      ProxyError refusal, RouteAction.Forward action, CallerAddress from, FieldList head) {
    if (!isOfCredential(refusal.kind())) {
      return refusal;
    }
    long network = from.network(head);
    ProxyError tooMany = tooMany(action, network);
    if (tooMany != null) {
      return tooMany;
    }
    failed.count(network, loop.nowNanos());
    return refusal;
  }

  /** Waits for a credential to be looked at, for who calls from there. */
  Waiting waiting(RouteAction.Forward action, CallerAddress from, FieldList head) {
    return new Waiting(failed, from.network(head), action);
  }

  private @Nullable ProxyError tooMany(RouteAction.Forward action, long network) {
    long wait = failed.waitNanos(network, loop.nowNanos());
    return wait == 0
        ? null
        : new ProxyError(
            Kind.ADDRESS_THROTTLED,
            "API " + action.api() + ": too many credentials from this address were no good",
            wait);
  }

  private static boolean isOfCredential(Kind kind) {
    return kind == Kind.CREDENTIAL_REFUSED
        || kind == Kind.LOGIN_REFUSED
        || kind == Kind.TOKEN_REFUSED;
  }
}
