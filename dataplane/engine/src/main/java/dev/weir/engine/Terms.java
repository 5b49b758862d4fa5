package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.AddressRules;
import dev.weir.filter.PathLists;
import dev.weir.filter.PathVerdict;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.route.GrpcPath;
import org.jspecify.annotations.Nullable;

/**
 * What an API asks of calls, whoever makes them: from where, and to which paths. Immutable; for all
 * threads.
 *
 * @param addresses from where; null for from anywhere
 * @param paths to which paths; null for all of them
 * @param listenBytes how many bytes of a path lie before that of the method
 */
public record Terms(@Nullable AddressRules addresses, @Nullable PathLists paths, int listenBytes) {

  /** Why a call may not be made, or null. */
  @Nullable ProxyError refusal(
      RouteAction.Forward action,
      CallerAddress from,
      FieldList head,
      RouteMemo route,
      boolean grpc) {
    if (paths != null) {
      PathVerdict verdict = verdict(paths, head, route, grpc);
      if (verdict == PathVerdict.BLOCKED || verdict == PathVerdict.UNLISTED) {
        return forbidden(action, route, verdict);
      }
    }
    if (addresses != null && !from.isPermitted(addresses, head)) {
      return new ProxyError(
          Kind.ADDRESS_NOT_ALLOWED,
          "API " + action.api() + ": may not be called from " + from.text());
    }
    return null;
  }

  private static ProxyError forbidden(
      RouteAction.Forward action, RouteMemo route, PathVerdict verdict) {
    return new ProxyError(
        Kind.PATH_NOT_ALLOWED,
        "API %s: %s is %s"
            .formatted(
                action.api(),
                route.path().valueText(),
                verdict == PathVerdict.BLOCKED ? "blocked" : "not among what may be called"));
  }

  /** Whether the call may be made by anybody, who need not show anything. */
  boolean ignore(FieldList head, RouteMemo route, boolean grpc) {
    return paths != null && verdict(paths, head, route, grpc) == PathVerdict.IGNORED;
  }

  private PathVerdict verdict(PathLists lists, FieldList head, RouteMemo route, boolean grpc) {
    return grpc ? route.verdict(lists, listenBytes) : ofHttp(lists, head, route.path().value());
  }

  /**
   * A path that a server could take for another one is on no list, so that it is not let through by
   * one (E10): callers of gRPC have no such path at all.
   */
  private PathVerdict ofHttp(PathLists lists, FieldList head, byte[] path) {
    byte[] asked = Caller.withoutQuery(path);
    if (!GrpcPath.isPlain(asked)) {
      return lists.onlyIgnore() ? PathVerdict.PASSED : PathVerdict.UNLISTED;
    }
    HeaderField method = head.find(HeaderName.METHOD);
    return lists.of(asked, listenBytes, method == null ? Fields.POST : method.value());
  }
}
