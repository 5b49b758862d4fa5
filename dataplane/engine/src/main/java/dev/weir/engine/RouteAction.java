package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.call.ProxyError;
import dev.weir.http2.HeaderField;
import dev.weir.listener.ClientTrust;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happens to a call that a route matched. */
public sealed interface RouteAction {

  /** The id of the API whose calls these are; null for none. */
  default @Nullable String apiId() {
    return null;
  }

  /** What is asked of calls that are forwarded; null for nothing. */
  default @Nullable Terms terms() {
    return null;
  }

  /** A path without what is taken from its query as a secret. */
  default HeaderField tellable(HeaderField path) {
    return path;
  }

  /**
   * Whether a log of calls tells of these; not where tokens are in paths, and asked for by them.
   */
  default boolean isLogged() {
    return true;
  }

  /** How many bytes of the path to leave out: the listen path's, or 0. */
  default int stripBytes() {
    return 0;
  }

  /**
   * Forward the call to an endpoint of a group.
   *
   * @param api the API in the words of its user, for messages
   * @param stripBytes see {@link RouteAction#stripBytes}
   * @param keepsAuthority whether the endpoint sees the caller's {@code :authority}
   * @param clients who may call, by certificate; null for everybody
   * @param access what callers have to show; null for nothing
   * @param terms what is asked of calls besides; null for nothing
   * @param edition which version it is, and for how long
   */
  record Forward(
      String api,
      EndpointGroup group,
      int stripBytes,
      boolean keepsAuthority,
      @Nullable ClientTrust clients,
      @Nullable Access access,
      @Nullable Terms terms,
      Edition edition)
      implements RouteAction {

    /** To the only version, for ever. */
    public Forward(
        String api,
        EndpointGroup group,
        int stripBytes,
        boolean keepsAuthority,
        @Nullable ClientTrust clients,
        @Nullable Access access,
        @Nullable Terms terms) {
      this(api, group, stripBytes, keepsAuthority, clients, access, terms, Edition.ONLY);
    }

    @Override
    public String apiId() {
      return group.name();
    }

    @Override
    public HeaderField tellable(HeaderField path) {
      return access == null || !access.isElsewhere() ? path : access.tellable(path);
    }

    /** An error that names the API. */
    ProxyError error(ProxyError.Kind kind, String detail) {
      return new ProxyError(kind, "API " + api + ": " + detail);
    }

    /** Whether clients have to prove with a certificate who they are. */
    boolean provesClients() {
      return clients != null || (access != null && access.holders() != null);
    }

    /** Whether endpoints get other fields than callers send. */
    boolean editsRequests() {
      return terms != null && terms.request() != null;
    }

    /**
     * Why there is no endpoint to pick from a group.
     *
     * @param failure of the last that was tried; {@code NO_ENDPOINT} for none
     * @param last what became of that
     */
    ProxyError noEndpoint(EndpointGroup from, ProxyError.Kind failure, String last) {
      if (failure != ProxyError.Kind.NO_ENDPOINT) {
        return error(failure, last);
      }
      String unresolved = from.unresolvedReason();
      return unresolved == null
          ? error(ProxyError.Kind.NO_ENDPOINT, "the API has no target")
          : error(ProxyError.Kind.NAME_NOT_RESOLVED, unresolved);
    }
  }

  /** Forward the call as one of several versions of an API. */
  record Versioned(Versions versions) implements RouteAction {
    @Override
    public String apiId() {
      return versions.any().apiId();
    }

    @Override
    public HeaderField tellable(HeaderField path) {
      return versions.tellable(path);
    }

    @Override
    public int stripBytes() {
      return versions.any().stripBytes();
    }
  }

  /**
   * Refuse every call, because the API cannot be served as it asks to be.
   *
   * @param meant what calls are meant for, whose secrets they may show; null where nobody knows
   */
  record Refuse(ProxyError error, @Nullable RouteAction meant) implements RouteAction {
    public Refuse(ProxyError error) {
      this(error, null);
    }

    @Override
    public HeaderField tellable(HeaderField path) {
      return meant == null ? path : meant.tellable(path);
    }
  }

  /**
   * Forward the call to the control API, in whose paths are the names of keys.
   *
   * @param paths without anything that an API asks for
   */
  record Control(Forward paths) implements RouteAction {
    @Override
    public String apiId() {
      return paths.apiId();
    }

    @Override
    public boolean isLogged() {
      return false;
    }
  }

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
