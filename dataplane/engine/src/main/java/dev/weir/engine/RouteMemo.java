package dev.weir.engine;

import dev.weir.filter.EndpointRates;
import dev.weir.filter.Grant;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import dev.weir.filter.PathVerdict;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What routing found out about a {@code :path} field, kept on the field: valid for calls with the
 * same generation of the configuration and the same authority field on the same connection.
 */
final class RouteMemo {
  private static final HeaderField NAMELESS = HeaderField.of(HeaderName.PATH, "/");

  private final long generation;
  private final @Nullable HeaderField authority;
  private final @Nullable RouteAction action;
  private final HeaderField path;
  private final HeaderField upstreamPath;
  private final boolean plainPath;
  private final @Nullable PathCalls calls;
  private @Nullable PathCalls countedElsewhere;
  private @Nullable HeaderField countedPath;
  private @Nullable MethodRules granting;
  private @Nullable MethodRules refusing;
  private @Nullable HeaderField judgedMethod;
  private @Nullable PathVerdict verdict;
  private @Nullable HeaderField askedMethod;
  private @Nullable PathTerms pathTerms;
  private @Nullable EndpointRates endpoints;
  private int endpoint;
  private @Nullable RouteMemo @Nullable [] ofVersions;
  private @Nullable FoundParts found;
  private @Nullable HeaderField tellable;
  private @Nullable HeaderField tellableUpstream;

  /**
   * @param action null when no route matches
   * @param path as the caller sent it
   * @param upstreamPath the path that the endpoint gets
   * @param plainPath whether the path is one that a gRPC call may have
   * @param calls where calls are counted; null where no API takes them
   */
  RouteMemo(
      long generation,
      @Nullable HeaderField authority,
      @Nullable RouteAction action,
      HeaderField path,
      HeaderField upstreamPath,
      boolean plainPath,
      @Nullable PathCalls calls) {
    this.generation = generation;
    this.authority = authority;
    this.action = action;
    this.path = path;
    this.upstreamPath = upstreamPath;
    this.plainPath = plainPath;
    this.calls = calls;
  }

  boolean isOf(long otherGeneration, @Nullable HeaderField otherAuthority) {
    return generation == otherGeneration && authority == otherAuthority;
  }

  @Nullable RouteAction action() {
    return action;
  }

  /** Whether a log of calls tells of this one. */
  boolean isLogged() {
    return action == null || action.isLogged();
  }

  HeaderField path() {
    return path;
  }

  HeaderField upstreamPath() {
    return upstreamPath;
  }

  boolean plainPath() {
    return plainPath;
  }

  /** What the query has of a credential; see {@link HttpPlaces#inQuery}. */
  @Nullable HeaderField inQuery(AskedCredential asked) {
    FoundParts known = found;
    if (known == null) {
      known = new FoundParts();
      found = known;
    }
    return known.inQuery(asked, path.value());
  }

  /** The path as the caller sent it, without what its API takes from queries as a secret. */
  HeaderField tellablePath() {
    HeaderField known = tellable;
    if (known == null) {
      known = tellable(path);
      tellable = known;
    }
    return known;
  }

  /** The same of the path that the endpoint gets. */
  HeaderField tellableUpstreamPath() {
    HeaderField known = tellableUpstream;
    if (known == null) {
      known = tellable(upstreamPath);
      tellableUpstream = known;
    }
    return known;
  }

  private HeaderField tellable(HeaderField whole) {
    return action == null ? KeyPath.tellable(whole) : action.tellable(whole);
  }

  /** Whether the path may be called by the terms of the action's API, as {@link #terms}. */
  PathVerdict verdict(Terms terms, FieldList head) {
    HeaderField method = Objects.requireNonNull(head.find(HeaderName.METHOD), ":method");
    PathVerdict known = verdict;
    if (known == null || method != judgedMethod) {
      known = terms.verdict(path.value(), method.value());
      judgedMethod = method;
      verdict = known;
    }
    return known;
  }

  /**
   * What the terms of the action's API come to here; the last method's are kept. Takes longer than
   * the verdict: for calls that are let in, or wait for that.
   */
  PathTerms terms(Terms terms, FieldList head) {
    HeaderField method = Objects.requireNonNull(head.find(HeaderName.METHOD), ":method");
    PathTerms known = pathTerms;
    if (known == null || method != askedMethod) {
      known = terms.of(path.value(), method.value());
      askedMethod = method;
      pathTerms = known;
    }
    return known;
  }

  /**
   * What is found out about the path for a version of the API.
   *
   * @param counted where calls are counted of one that is an API of its own
   */
  RouteMemo of(Versions versions, int index, LoopCalls counted) {
    @Nullable RouteMemo[] known = ofVersions;
    if (known == null) {
      known = new @Nullable RouteMemo[versions.size()];
      ofVersions = known;
    }
    RouteMemo memo = known[index];
    if (memo == null) {
      memo = of(versions.get(index), counted);
      known[index] = memo;
    }
    return memo;
  }

  private RouteMemo of(ApiVersion version, LoopCalls counted) {
    HeaderField asked = CutPath.of(path, version.cutBytes());
    RouteAction taking = version.at(asked.value());
    HeaderField forwarded = CutPath.of(asked, taking.stripBytes());
    String api = taking.apiId();
    return new RouteMemo(
        generation,
        authority,
        taking,
        asked,
        forwarded,
        plainPath,
        api == null ? calls : counted.of(api, taking.terms(), asked, forwarded));
  }

  @Nullable PathCalls calls() {
    return calls;
  }

  /**
   * Where calls are counted that go to another path, which is the method that they call then: the
   * one that they ask for may be any of very many. Those that each go to one of their own have no
   * name.
   *
   * @param fixed whether all calls of this path that come to that choice go there
   */
  @Nullable PathCalls calls(Destination to, boolean fixed, LoopCalls counted) {
    HeaderField called = fixed ? to.path() : NAMELESS;
    if (called != countedPath && action != null && action.apiId() != null) {
      countedElsewhere = counted.of(action.apiId(), action.terms(), null, called);
      countedPath = called;
    }
    return countedElsewhere;
  }

  /**
   * Which of these rates is for this call; those that were asked last for one of gRPC are not asked
   * again.
   *
   * @param http the method of a call that is none of gRPC; null for one of gRPC
   */
  int index(EndpointRates rates, ListenPath by, @Nullable HeaderField http) {
    if (http != null) {
      return rates.index(path.value(), by, http.value());
    }
    if (rates != endpoints) {
      endpoint = rates.index(path.value(), by, Fields.POST);
      endpoints = rates;
    }
    return endpoint;
  }

  /** Whether this call of gRPC is granted; the last rules that said so, or not, are not asked. */
  boolean isGranted(Grant grant, ListenPath by) {
    MethodRules rules = grant.methods();
    if (rules == granting) {
      return true;
    }
    if (rules == refusing) {
      return false;
    }
    boolean granted = grant.allowsGrpc(path.value(), by);
    if (granted) {
      granting = rules;
    } else {
      refusing = rules;
    }
    return granted;
  }
}
