package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.NameAndPassword;
import dev.weir.filter.Quota;
import dev.weir.filter.RateLimit;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call may go on, by what its head says of who calls. What was found out about a
 * credential and a path stays with their fields, so that whoever repeats them is let through by a
 * few comparisons. Confined to one event loop.
 */
final class Admission {
  /** Lets nobody in where a credential is asked for. */
  static final Admission NOBODY = of(Callers.NOBODY);

  private static final byte[] BEARER = {'b', 'e', 'a', 'r', 'e', 'r', ' '};

  /** What is longer is no credential that was ever given out. */
  private static final int MOST_BYTES = 4096;

  /** Some passwords have been compared by then. */
  private static final long BUSY_NANOS = 1_000_000_000;

  private final IdentityLookup identities;
  private final LongSupplier epochSeconds;
  private final ToldLimits tells;

  private Admission(Callers callers) {
    this.identities = callers.lookups().get();
    this.epochSeconds = callers.epochSeconds();
    this.tells = callers.tells();
  }

  /** Of one event loop. */
  static Admission of(Callers callers) {
    return new Admission(callers);
  }

  /** See {@link IdentityLookup#changes}. */
  long changes() {
    return identities.changes();
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
      boolean grpc,
      Caller caller,
      long nowNanos) {
    Access access = action.access();
    if (access == null) {
      return null;
    }
    HeaderField credential = credential(head, access);
    if (credential == null || credential.value().length == 0) {
      return missing(action, access, head);
    }
    CallerMemo memo = memo(credential, access);
    if (memo == null) {
      return unknown(action, access);
    }
    if (hasExpired(memo.identity())) {
      return action.error(Kind.KEY_EXPIRED, Caller.told(credential) + " has expired");
    }
    HeaderField http = grpc ? null : head.find(HeaderName.METHOD);
    caller.is(memo, credential, access, route, http);
    ProxyError refusal = caller.refusal(memo.identity().grants(), action);
    if (refusal != null) {
      return refusal;
    }
    RateLimit rate =
        access.limits() ? memo.limit(route, access.listenBytes(), http, nowNanos) : null;
    refusal = tooOften(rate, credential, action, nowNanos);
    if (refusal != null) {
      return refusal;
    }
    Quota quota = access.counts() ? memo.quota() : null;
    refusal = tooMuch(quota, credential, action);
    if (refusal == null && tells != ToldLimits.NONE) {
      tells.tell(caller.told(), quota, rate, epochSeconds.getAsLong(), nowNanos);
    }
    return refusal;
  }

  /** The same words whatever is wrong with a credential. */
  private static ProxyError unknown(RouteAction.Forward action, Access access) {
    return access.isByPassword()
        ? action.error(
            Kind.LOGIN_REFUSED, "the name and password in " + access.header() + " are unknown")
        : action.error(
            Kind.CREDENTIAL_REFUSED, "the credential in " + access.header() + " is unknown");
  }

  // ---- passwords -------------------------------------------------------------------------------

  /** The credential of a call that has to wait until it is {@link #prove proven}; null for none. */
  @Nullable HeaderField unproven(RouteAction.Forward action, FieldList head) {
    Access access = action.access();
    if (access == null || !access.isByPassword()) {
      return null;
    }
    HeaderField credential = credential(head, access);
    return credential == null
            || memo(credential, access) != null
            || shown(credential.value()) == null
        ? null
        : credential;
  }

  /**
   * Has it found out elsewhere whose credential that is.
   *
   * @param then runs on the executor of this event loop; the credential is remembered by then, if
   *     it is good
   * @param wrong the same if it is not
   * @return why it is not found out, or null
   */
  @Nullable ProxyError prove(
      HeaderField credential,
      RouteAction.Forward action,
      Executor eventLoop,
      Runnable then,
      Consumer<ProxyError> wrong) {
    Access access = Objects.requireNonNull(action.access());
    NameAndPassword shown = Objects.requireNonNull(shown(credential.value()));
    boolean asked =
        identities.prove(
            access.owner(),
            shown,
            identity ->
                eventLoop.execute(() -> {
                  if (identity == null) {
                    wrong.accept(unknown(action, access));
                  } else {
                    credential.memo(new CallerMemo(identity, access));
                    then.run();
                  }
                }));
    return asked
        ? null
        : new ProxyError(
            Kind.LOGINS_BUSY,
            about(action) + "too many passwords wait to be compared, try again",
            BUSY_NANOS);
  }

  private static @Nullable NameAndPassword shown(byte[] value) {
    return value.length > MOST_BYTES ? null : NameAndPassword.of(value);
  }

  // ---- rates and quotas ------------------------------------------------------------------------

  /** Lets anybody in; what they show all the same is kept from endpoints as it would be else. */
  static void ignore(RouteAction.Forward action, FieldList head, Caller caller) {
    Access access = action.access();
    HeaderField credential = access == null ? null : credential(head, access);
    if (access != null && credential != null) {
      caller.isUnasked(credential, access);
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
      @Nullable Quota quota, HeaderField credential, RouteAction.Forward action) {
    if (quota == null) {
      return null;
    }
    long now = epochSeconds.getAsLong();
    return quota.admit(now)
        ? null
        : LimitErrors.quota(quota, about(action), Caller.told(credential), now);
  }

  private boolean hasExpired(Identity identity) {
    long expires = identity.expires();
    return expires != Identity.NEVER && epochSeconds.getAsLong() >= expires;
  }

  /** The one field that has it; null for none, or more than one. */
  private static @Nullable HeaderField credential(FieldList head, Access access) {
    HeaderField only = null;
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (field.name().sameText(access.header())) {
        if (only != null) {
          return null;
        }
        only = field;
      }
    }
    return only;
  }

  private static ProxyError missing(RouteAction.Forward action, Access access, FieldList head) {
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (field.name().sameText(access.header()) && field.value().length > 0) {
        return action.error(
            Kind.CREDENTIAL_MISSING, "there is more than one " + access.header() + ", send one");
      }
    }
    return access.isByPassword()
        ? action.error(
            Kind.LOGIN_MISSING,
            "takes a name and password (Basic) in the metadata " + access.header())
        : action.error(
            Kind.CREDENTIAL_MISSING, "takes a credential in the metadata " + access.header());
  }

  private @Nullable CallerMemo memo(HeaderField credential, Access access) {
    if (credential.memo() instanceof CallerMemo known && known.isFor(access)) {
      return known;
    }
    Identity identity =
        access.isByPassword() ? user(credential, access) : bearer(credential, access);
    if (identity == null) {
      return null;
    }
    CallerMemo memo = new CallerMemo(identity, access);
    credential.memo(memo);
    return memo;
  }

  private @Nullable Identity user(HeaderField credential, Access access) {
    NameAndPassword shown = shown(credential.value());
    return shown == null ? null : identities.find(access.owner(), shown);
  }

  private @Nullable Identity bearer(HeaderField credential, Access access) {
    byte[] value = credential.value();
    int from = startsWithBearer(value) ? BEARER.length : 0;
    int length = value.length - from;
    return length == 0 || length > MOST_BYTES
        ? null
        : identities.find(access.owner(), value, from, length);
  }

  private static boolean startsWithBearer(byte[] value) {
    if (value.length < BEARER.length) {
      return false;
    }
    for (int i = 0; i < BEARER.length; i++) {
      if ((value[i] | (BEARER[i] == ' ' ? 0 : 0x20)) != BEARER[i]) {
        return false;
      }
    }
    return true;
  }

  private static String about(RouteAction.Forward action) {
    return "API " + action.api() + ": ";
  }
}
