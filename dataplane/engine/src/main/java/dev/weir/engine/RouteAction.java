package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.call.ProxyError;
import dev.weir.listener.ClientTrust;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happens to a call that a route matched. */
public sealed interface RouteAction {

  /**
   * Forward the call to an endpoint of a group.
   *
   * @param api the API in the words of its user, for messages
   * @param stripBytes how many bytes of the path to leave out: the listen path's, or 0
   * @param keepsAuthority whether the endpoint sees the caller's {@code :authority}
   * @param clients who may call, by certificate; null for everybody
   * @param access what callers have to show; null for nothing
   * @param terms what is asked of calls besides; null for nothing
   */
  record Forward(
      String api,
      EndpointGroup group,
      int stripBytes,
      boolean keepsAuthority,
      @Nullable ClientTrust clients,
      @Nullable Access access,
      @Nullable Terms terms)
      implements RouteAction {

    /** An error that names the API. */
    ProxyError error(ProxyError.Kind kind, String detail) {
      return new ProxyError(kind, "API " + api + ": " + detail);
    }

    /** Whether endpoints get other fields than callers send. */
    boolean editsRequests() {
      return terms != null && terms.request() != null;
    }

    /** Why there is no endpoint to pick from a group. */
    ProxyError noEndpoint(EndpointGroup from) {
      String unresolved = from.unresolvedReason();
      return unresolved == null
          ? error(ProxyError.Kind.NO_ENDPOINT, "the API has no target")
          : error(ProxyError.Kind.NAME_NOT_RESOLVED, unresolved);
    }
  }

  /** Refuse every call, because the API cannot be served as it asks to be. */
  record Refuse(ProxyError error) implements RouteAction {}

  /**
   * Answer from the gateway itself, to GET only.
   *
   * @param answer made anew for each call; must be quick, it runs on the event loop
   */
  record BuiltIn(Supplier<Answer> answer) implements RouteAction {}

  /**
   * An answer of the gateway itself.
   *
   * @param json the body
   */
  record Answer(int httpStatus, String json) {}
}
