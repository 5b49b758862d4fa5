package dev.weir.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.AddressRules;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodChoice;
import dev.weir.filter.PathCapture;
import dev.weir.filter.PathChoice;
import dev.weir.filter.PathLists;
import dev.weir.filter.PathVerdict;
import dev.weir.filter.RateLimit;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.route.GrpcPath;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an API asks of calls, whoever makes them, and changes on their heads: from where, to which
 * paths. Immutable; for all threads.
 *
 * @param addresses from where; null for from anywhere
 * @param paths to which paths; null for all of them
 * @param request what is changed on the head that endpoints get; null for nothing
 * @param answer what is changed on the head that callers get; null for nothing
 * @param rates how often, all together; null for any rate
 * @param timeouts how long calls may take; null for as long as their callers allow
 * @param sizes how many bytes a request may have; null for any number
 * @param methods of HTTP by which paths are called in place of the callers'; null for those
 * @param mocks what answers in the place of servers; null for servers
 * @param rewrites where calls go in place of their paths; null for there
 * @param limits of calls of gRPC; null for none
 * @param by the listen path that calls come by
 * @param named paths of methods that the definition has by their names, whichever it limits
 */
public record Terms(
    @Nullable AddressRules addresses,
    @Nullable PathLists paths,
    @Nullable PathChoice<HeadEdits> request,
    @Nullable PathChoice<HeadEdits> answer,
    @Nullable ApiRates rates,
    @Nullable PathChoice<Duration> timeouts,
    @Nullable PathChoice<Long> sizes,
    @Nullable PathChoice<HeaderField> methods,
    @Nullable PathChoice<MockAnswer> mocks,
    @Nullable PathChoice<Rewrite> rewrites,
    @Nullable MethodChoice<CallLimits> limits,
    ListenPath by,
    Set<String> named) {

  public Terms {
    named = Set.copyOf(named);
  }

  /** The same for calls by another listen path. */
  public Terms at(ListenPath other) {
    return new Terms(
        addresses, paths, request, answer, rates, timeouts, sizes, methods, mocks, rewrites, limits,
        other, named);
  }

  /**
   * Whether the definition has a method by its name.
   *
   * @param path of a call, as its caller sent it
   */
  boolean names(byte[] path) {
    if (named.isEmpty()) {
      return false;
    }
    if (namesAll(path)) {
      return true;
    }
    for (byte[] form : by.others(path)) {
      if (named.contains(new String(form, ISO_8859_1))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The same for a path that was made anew: no listen path is before it, and what is may be the
   * caller's to choose.
   */
  boolean namesAll(byte[] path) {
    return !named.isEmpty() && named.contains(new String(path, ISO_8859_1));
  }

  /** Why no call may be made from there, or null. */
  @Nullable ProxyError outsider(RouteAction.Forward action, CallerAddress from, FieldList head) {
    return addresses == null || from.isPermitted(addresses, head)
        ? null
        : new ProxyError(
            Kind.ADDRESS_NOT_ALLOWED,
            "API " + action.api() + ": may not be called from " + from.text());
  }

  /** Why a call may not be made, or null. */
  @Nullable ProxyError refusal(RouteAction.Forward action, FieldList head, RouteMemo route) {
    PathVerdict verdict = route.verdict(this, head);
    if (verdict == PathVerdict.BLOCKED || verdict == PathVerdict.UNLISTED) {
      return forbidden(action, route, verdict);
    }
    return sizes != null && route.terms(this, head).isTooLarge(head)
        ? action.error(Kind.REQUEST_TOO_LARGE, "the request has more bytes than the API allows")
        : null;
  }

  private static ProxyError forbidden(
      RouteAction.Forward action, RouteMemo route, PathVerdict verdict) {
    return new ProxyError(
        Kind.PATH_NOT_ALLOWED,
        "API %s: %s is %s"
            .formatted(
                action.api(),
                route.tellablePath().valueText(),
                verdict == PathVerdict.BLOCKED ? "blocked" : "not among what may be called"));
  }

  /** Whether the call may be made by anybody, who need not show anything. */
  boolean ignore(FieldList head, RouteMemo route) {
    return route.verdict(this, head) == PathVerdict.IGNORED;
  }

  /** Why a call may not be made that its caller may make, or null; counts one that may. */
  @Nullable ProxyError tooOften(
      RouteAction.Forward action, FieldList head, RouteMemo route, long nowNanos) {
    RateLimit limit = route.terms(this, head).rate();
    return limit == null || limit.admit(nowNanos)
        ? null
        : LimitErrors.rate(
            Kind.API_RATE_LIMITED,
            limit,
            "API " + action.api() + ": may be called by all together",
            nowNanos);
  }

  /** Whether a path may be called, as its caller sent it, by a method of HTTP. */
  PathVerdict verdict(byte[] path, byte[] httpMethod) {
    return rewrites != null && path.length > PathCapture.LONGEST
        ? PathVerdict.UNLISTED
        : verdictOf(Caller.withoutQuery(path), httpMethod);
  }

  /** What is asked of a path, as its caller sent it, by a method of HTTP. */
  PathTerms of(byte[] path, byte[] httpMethod) {
    byte[] asked = Caller.withoutQuery(path);
    long size = size(asked, httpMethod);
    CallLimits ofMethod = limits == null ? null : limits.of(asked, by);
    return new PathTerms(
        request == null ? null : request.of(asked, by, httpMethod),
        answer == null ? null : answer.of(asked, by, httpMethod),
        rates == null ? null : rates.limit(asked, by, httpMethod),
        timeoutNanos(asked, httpMethod),
        methods == null ? null : methods.of(asked, by, httpMethod),
        mocks == null ? null : mocks.of(asked, by, httpMethod),
        rewrite(asked, path, httpMethod),
        CallLimits.withSize(ofMethod, size),
        CallLimits.withSize(null, size),
        ofMethod != null && ofMethod.areSome(),
        limits != null && limits.names(asked, by));
  }

  private @Nullable PathRewrite rewrite(byte[] asked, byte[] path, byte[] httpMethod) {
    Rewrite rewrite = rewrites == null ? null : rewrites.of(asked, by, httpMethod);
    return rewrite == null || path.length > PathCapture.LONGEST
        ? null
        : PathRewrite.of(rewrite, path);
  }

  private boolean tellsPathsApart() {
    return (rates != null && rates.tellsPathsApart())
        || (request != null && request.tellsPathsApart())
        || (timeouts != null && timeouts.tellsPathsApart())
        || (sizes != null && sizes.tellsPathsApart())
        || methods != null
        || mocks != null
        || rewrites != null;
  }

  private long size(byte[] path, byte[] httpMethod) {
    Long most = sizes == null ? null : sizes.of(path, by, httpMethod);
    return most == null ? CallLimits.NO_LIMIT : most;
  }

  private long timeoutNanos(byte[] path, byte[] httpMethod) {
    Duration timeout = timeouts == null ? null : timeouts.of(path, by, httpMethod);
    return timeout == null ? Long.MAX_VALUE : timeout.toNanos();
  }

  /**
   * A path that a server could take for another one is on no list, so that it is not let through by
   * one, or around a rate, a change or a time-out (E10), and neither is one that is too long for
   * patterns: callers of gRPC have no such path at all.
   */
  private PathVerdict verdictOf(byte[] path, byte[] httpMethod) {
    if (tellsPathsApart()
        && (!GrpcPath.isPlain(path) || by.longest(path) > PathChoice.LONGEST_PATH)) {
      return PathVerdict.UNLISTED;
    }
    if (paths == null) {
      return PathVerdict.PASSED;
    }
    if (!GrpcPath.isPlain(path)) {
      return paths.onlyIgnore() ? PathVerdict.PASSED : PathVerdict.UNLISTED;
    }
    return paths.of(path, by, httpMethod);
  }
}
