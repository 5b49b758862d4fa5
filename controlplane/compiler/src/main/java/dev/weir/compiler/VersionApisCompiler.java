package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.call.ProxyError;
import dev.weir.engine.ApiVersion;
import dev.weir.engine.RouteAction;
import dev.weir.engine.Versions;
import dev.weir.filter.ListenPath;
import dev.weir.listener.ClientTrust;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiProtocol;
import dev.weir.model.Problem;
import dev.weir.model.VersionApis;
import dev.weir.model.VersionApis.Child;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins APIs to those of which they are versions. A version that cannot be joined is closed, and
 * the others are served: what is wrong with one of them is no reason to take the others away. For
 * one use.
 */
final class VersionApisCompiler {
  private static final String CLEAR = "is called over TLS alone, and this API in clear text";

  private final ForwardCompiler forwards;
  private final Map<String, Member> members = new HashMap<>();

  /**
   * An API that is served, be it as a version alone.
   *
   * @param protocol what it is called by
   * @param asked which certificates handshakes have to ask for; null for none
   */
  record Member(CompiledApi compiled, ApiProtocol protocol, @Nullable ClientTrust asked) {
    private ApiDefinition api() {
      return compiled.api();
    }
  }

  /**
   * What came of it.
   *
   * @param action what takes the calls of the listen path
   * @param asked which certificates handshakes have to ask for besides
   * @param problems with versions
   */
  record Joined(Versions action, List<ClientTrust> asked, List<Problem> problems) {}

  VersionApisCompiler(ForwardCompiler forwards) {
    this.forwards = forwards;
  }

  void add(Member member) {
    members.put(member.api().apiId(), member);
  }

  /** The same with its versions; to be asked when all APIs have been added. */
  Joined join(ApiDefinition api) {
    VersionApis versions = api.children().orElseThrow();
    Member base = Objects.requireNonNull(members.get(api.apiId()), "added before");
    var own = (RouteAction.Forward) base.compiled().action();
    List<ClientTrust> asked = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Map<String, ApiVersion> all = new LinkedHashMap<>();
    all.put(VersionApis.SELF, ApiVersion.of(own));
    if (!versions.name().isEmpty()) {
      all.put(versions.name(), ApiVersion.of(own));
    }
    for (Child child : versions.all()) {
      Member member = members.get(child.apiId());
      ApiVersion version;
      try {
        version = version(base, child, member);
        if (member != null && member.asked() != null) {
          asked.add(member.asked());
        }
        warnOfOpen(own, child, version, problems);
      } catch (Unusable e) {
        problems.add(e.problem());
        version = closed(own, child, member);
      }
      all.put(child.name(), version);
    }
    return new Joined(
        new Versions(
            versions.field(), own, all, versions.byDefault().orElse(null), versions.fallsBack()),
        asked,
        problems);
  }

  private ApiVersion version(Member base, Child child, @Nullable Member member) throws Unusable {
    if (member == null) {
      throw unusable(child, "\"" + child.apiId() + "\" is the id of no API that is served", null);
    }
    ApiDefinition api = member.api();
    if (api.children().isPresent() || api.versions().isPresent()) {
      throw unusable(child, "has versions itself", "name each of them here");
    }
    if (member.protocol() == ApiProtocol.HTTPS && base.protocol() != ApiProtocol.HTTPS) {
      throw unusable(child, CLEAR, "serve both over TLS");
    }
    return member.compiled().action() instanceof RouteAction.Forward of
        ? through(base.api(), api, of)
        : ApiVersion.of(member.compiled().action());
  }

  /** As in Tyk, which hands on what is left of the path by the listen path that was called. */
  private ApiVersion through(ApiDefinition base, ApiDefinition api, RouteAction.Forward own)
      throws Unusable {
    VersionApis versions = base.children().orElseThrow();
    int cut = ForwardCompiler.stripBytes(base.proxy());
    int called = cut > 0 ? 0 : ForwardCompiler.listenBytes(base.proxy());
    int listen = ForwardCompiler.listenBytes(api.proxy());
    byte[] path = api.proxy().listenPath().substring(0, listen).getBytes(UTF_8);
    RouteAction outside =
        forwards.through(api, own, ListenPath.ofAnother(called, path), 0, versions);
    RouteAction inside =
        listen == 0
            ? outside
            : forwards.through(api, own, ListenPath.of(listen), own.stripBytes(), versions);
    return new ApiVersion(cut, path, inside, outside);
  }

  private static Unusable unusable(Child child, String message, @Nullable String hint) {
    return new Unusable(child.error(message, hint));
  }

  /** Whoever calls it may show what the API that it is meant to be asks for. */
  private static ApiVersion closed(RouteAction.Forward own, Child child, @Nullable Member member) {
    return ApiVersion.of(
        new RouteAction.Refuse(
            new ProxyError(
                ProxyError.Kind.API_NOT_SERVED,
                "API %s: its version %s cannot be served".formatted(own.api(), child.name())),
            member == null ? own : member.compiled().action()));
  }

  /** As in Tyk, but nobody should be surprised. */
  private static void warnOfOpen(
      RouteAction.Forward own, Child child, ApiVersion version, List<Problem> problems) {
    if (asks(own) && version.outside() instanceof RouteAction.Forward open && !asks(open)) {
      problems.add(
          child.warning(
              "asks callers for nothing, while this API does: who names it need not show anything",
              "have it ask, too"));
    }
  }

  private static boolean asks(RouteAction.Forward forward) {
    return forward.access() != null || forward.clients() != null;
  }
}
