package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.FailedCredentials;
import dev.weir.filter.Identity;
import dev.weir.filter.Quota;
import dev.weir.filter.RateLimit;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call may go on, by what its head says of who calls. What was found out about a
 * credential and a path stays with their fields, so that whoever repeats them is let through by a
 * few comparisons. Confined to one event loop.
 */
final class Admission {
  /** Lets nobody in where a credential is asked for. */
  static final Admission NOBODY = of(Callers.NOBODY, 1);

  private final Credentials credentials;
  private final FailedCredentials failed;
  private final FailedCredentials failedLogins;
  private final LongSupplier epochSeconds;
  private final ToldLimits tells;

  /** When the clock was read last: calls of one turn of the loop have one time. */
  private long readNanos = Long.MIN_VALUE;

  private long readSeconds;

  private Admission(Callers callers, int loops) {
    this.credentials = new Credentials(callers.lookups().get(), loops);
    this.failed = callers.failed();
    this.failedLogins = callers.failedLogins();
    this.epochSeconds = callers.epochSeconds();
    this.tells = callers.tells();
  }

  /**
   * Of one event loop.
   *
   * @param loops how many there are
   */
  static Admission of(Callers callers, int loops) {
    return new Admission(callers, loops);
  }

  /** Slows down whoever guesses. */
  Guesses guesses(EngineLoop loop) {
    return new Guesses(failed, failedLogins, loop);
  }

  /** Finds out who calls. */
  Credentials credentials() {
    return credentials;
  }

  /**
   * Why a call may not be made, or null.
   *
   * @param caller is told who calls when it may
   */
  @Nullable ProxyError refusal(
      RouteAction.Forward action,
      FieldList head,
      RouteMemo route,
      CallerCertificate certificate,
      boolean grpc,
      Caller caller,
      long nowNanos) {
    Access access = action.access();
    if (access == null) {
      return null;
    }
    RouteMemo elsewhere = grpc ? null : route;
    ProxyError refusal =
        access.holders() == null ? null : certificate.refusal(access.holders(), action, nowNanos);
    if (refusal != null) {
      return refusal;
    }
    CallerMemo memo = null;
    HeaderField credential = null;
    for (int i = 0; i < access.size(); i++) {
      AskedCredential asked = access.asked(i);
      HeaderField shown = Credentials.shown(head, asked, certificate, elsewhere);
      if (shown == null) {
        return Credentials.missing(action, asked, head, elsewhere);
      }
      CallerMemo known = credentials.find(shown, asked);
      if (known == null || !caller.hears(known.identity())) {
        return Credentials.unknown(action, asked);
      }
      refusal = expired(action, asked, shown, known, certificate, nowNanos);
      if (refusal != null) {
        return refusal;
      }
      if (access.isBase(asked)) {
        memo = known;
        credential = shown;
      } else {
        ProxyError denial =
            caller.others().add(shown, asked, known.identity(), certificate, action);
        if (denial != null) {
          return denial;
        }
      }
    }
    Objects.requireNonNull(memo, "base");
    Objects.requireNonNull(credential, "base");
    HeaderField http = grpc ? null : head.find(HeaderName.METHOD);
    caller.is(memo, credential, certificate, access, route, http);
    refusal = caller.refusal(memo.identity().grants(), action);
    if (refusal != null) {
      return refusal;
    }
    RateLimit rate = access.limits() ? memo.limit(route, access.calledBy(), http, nowNanos) : null;
    refusal = tooOften(rate, credential, action, nowNanos);
    if (refusal != null) {
      return refusal;
    }
    Quota quota = access.counts() ? memo.quota() : null;
    refusal = tooMuch(quota, credential, action, nowNanos);
    if (refusal == null && tells != ToldLimits.NONE) {
      tells.tell(caller.told(), quota, rate, seconds(nowNanos), nowNanos);
    }
    return refusal;
  }

  /**
   * Why a call may not be made whatever comes of a credential that is not proven yet, or null:
   * nobody has a password compared, or a signature checked, who is refused anyway.
   *
   * @param open that credential; what comes before it is known
   * @param caller is told who calls when it may not
   */
  @Nullable ProxyError refusalBefore(
      AskedCredential open,
      RouteAction.Forward action,
      FieldList head,
      RouteMemo route,
      CallerCertificate certificate,
      boolean grpc,
      Caller caller,
      long nowNanos) {
    Access access = Objects.requireNonNull(action.access());
    ProxyError refusal =
        access.holders() == null ? null : certificate.refusal(access.holders(), action, nowNanos);
    for (int i = 0; refusal == null && access.asked(i) != open; i++) {
      AskedCredential asked = access.asked(i);
      HeaderField shown = Credentials.shown(head, asked, certificate, grpc ? null : route);
      CallerMemo known = shown == null ? null : credentials.find(shown, asked);
      if (shown == null || known == null) {
        // Gone in this moment: what comes after it is not looked at either.
        return null;
      }
      refusal = expired(action, asked, shown, known, certificate, nowNanos);
      if (refusal == null && access.isBase(asked)) {
        HeaderField http = grpc ? null : head.find(HeaderName.METHOD);
        caller.is(known, shown, certificate, access, route, http);
        refusal = caller.refusal(known.identity().grants(), action);
      } else if (refusal == null) {
        refusal = certificate.denial(known.identity().grants(), asked, action);
      }
    }
    if (refusal == null) {
      caller.clear();
    }
    return refusal;
  }

  private @Nullable ProxyError expired(
      RouteAction.Forward action,
      AskedCredential asked,
      HeaderField shown,
      CallerMemo known,
      CallerCertificate certificate,
      long nowNanos) {
    long expires = known.identity().expires();
    if (expires == Identity.NEVER || seconds(nowNanos) < expires) {
      return null;
    }
    return certificate.isKeptFrom(known.identity().grants(), action)
        ? Credentials.unknown(action, asked)
        : action.error(Kind.KEY_EXPIRED, Caller.told(shown) + " has expired");
  }

  /** Why an API is served no more, or this version of it, or null. */
  @Nullable ProxyError expiry(RouteAction.Forward action) {
    long expires = action.edition().expires();
    if (expires == Long.MAX_VALUE || epochSeconds.getAsLong() < expires) {
      return null;
    }
    String version = action.edition().version();
    return action.error(
        Kind.VERSION_EXPIRED,
        (version == null ? "has expired" : "version " + version + " has expired"));
  }

  // ---- rates and quotas ------------------------------------------------------------------------

  /** Lets anybody in; what they show all the same is kept from endpoints as it would be else. */
  static void ignore(RouteAction.Forward action, FieldList head, Caller caller) {
    Access access = action.access();
    for (int i = 0; access != null && i < access.size(); i++) {
      for (int at = 0; at < head.size(); at++) {
        if (access.asked(i).isIn(head.get(at).name())) {
          caller.isUnasked(head.get(at), access);
        }
      }
    }
  }

  private static @Nullable ProxyError tooOften(
      @Nullable RateLimit limit,
      HeaderField credential,
      RouteAction.Forward action,
      long nowNanos) {
    return limit == null || limit.admit(nowNanos)
        ? null
        : LimitErrors.rate(
            Kind.RATE_LIMITED,
            limit,
            about(action) + Caller.told(credential) + " may call",
            nowNanos);
  }

  private @Nullable ProxyError tooMuch(
      @Nullable Quota quota, HeaderField credential, RouteAction.Forward action, long nowNanos) {
    if (quota == null) {
      return null;
    }
    long now = seconds(nowNanos);
    return quota.admit(now)
        ? null
        : LimitErrors.quota(quota, about(action), Caller.told(credential), now);
  }

  private long seconds(long nowNanos) {
    if (nowNanos != readNanos) {
      readNanos = nowNanos;
      readSeconds = epochSeconds.getAsLong();
    }
    return readSeconds;
  }

  private static String about(RouteAction.Forward action) {
    return "API " + action.api() + ": ";
  }
}
