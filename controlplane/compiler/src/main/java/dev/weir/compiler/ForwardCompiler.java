package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.engine.Access;
import dev.weir.engine.ApiVersion;
import dev.weir.engine.Edition;
import dev.weir.engine.RouteAction;
import dev.weir.engine.Terms;
import dev.weir.engine.Versions;
import dev.weir.filter.ListenPath;
import dev.weir.http2.FoldedNames;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiVersions;
import dev.weir.model.Authentication;
import dev.weir.model.GatewayConfig;
import dev.weir.model.VersionApis;
import dev.weir.store.StoreException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a definition that can be served into what its calls are handed to. For one use. */
final class ForwardCompiler {
  private final GatewayConfig config;
  private final EndpointGroups groups;
  private final Inputs inputs;
  private @Nullable KeyDirectory keys;
  private @Nullable String withoutKeys;

  ForwardCompiler(GatewayConfig config, EndpointGroups groups, Inputs inputs) {
    this.config = config;
    this.groups = groups;
    this.inputs = inputs;
  }

  /** Has keys be known before an API asks for one. */
  void keys(KeyDirectory directory) {
    keys = directory;
  }

  /** What is asked here besides the definition has to be one of the {@link Inputs}. */
  RouteAction forward(ApiDefinition api, PortClients.Clients callers) throws Unusable {
    Access access = access(api, callers);
    if (api.versions().isEmpty()) {
      return forward(api, groups.of(api), callers, access, hidden(api.children()), only(api));
    }
    return versioned(api, api.versions().get(), callers, access);
  }

  /** Its only version, which calls name by a field if others are beside it. */
  private static Edition only(ApiDefinition api) {
    return new Edition(
        null,
        FoldedNames.of(api.children().map(VersionApis::field).stream().toList()),
        epochSeconds(api.expires()));
  }

  private static List<String> hidden(Optional<VersionApis> children) {
    return children.filter(VersionApis::strips).map(VersionApis::field).stream().toList();
  }

  private RouteAction versioned(
      ApiDefinition api, ApiVersions versions, PortClients.Clients callers, @Nullable Access access)
      throws Unusable {
    Map<String, RouteAction.Forward> forwards = new LinkedHashMap<>();
    FoldedNames naming = FoldedNames.of(List.of(versions.field()));
    List<String> hidden = versions.strips() ? List.of(versions.field()) : List.of();
    for (ApiVersions.Version version : versions.all()) {
      ApiDefinition own = version.api();
      EndpointGroup group =
          own.proxy().targets().equals(api.proxy().targets())
              ? groups.of(api)
              : groups.of(own, version.name());
      long expires = Math.min(epochSeconds(api.expires()), epochSeconds(version.expires()));
      Edition edition = new Edition(version.name(), naming, expires);
      forwards.put(version.name(), forward(own, group, callers, access, hidden, edition));
    }
    Map<String, ApiVersion> all = new LinkedHashMap<>();
    forwards.forEach((name, forward) -> all.put(name, ApiVersion.of(forward)));
    return new RouteAction.Versioned(
        new Versions(
            versions.field(),
            forwards.values().iterator().next(),
            all,
            versions.byDefault().orElse(null),
            false));
  }

  /**
   * What takes the calls of an API that come by the listen path of another one.
   *
   * @param own takes those that come by its own
   * @param by that listen path
   * @param cutBytes how many of them its server does not get
   * @param naming the names of the field by which they name it
   */
  RouteAction.Forward through(
      ApiDefinition api, RouteAction.Forward own, ListenPath by, int cutBytes, VersionApis naming)
      throws Unusable {
    Terms terms =
        naming.strips()
            ? TermsCompiler.compile(
                api, null, by, config.http().paths(), List.of(naming.field()), inputs, groups)
            : own.terms();
    Access access = own.access();
    return new RouteAction.Forward(
        own.api(),
        own.group(),
        cutBytes,
        own.keepsAuthority(),
        own.clients(),
        access == null ? null : access.at(by),
        terms == null ? null : terms.at(by),
        new Edition(null, FoldedNames.of(List.of(naming.field())), own.edition().expires()));
  }

  private static long epochSeconds(Optional<Instant> expires) {
    return expires.map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
  }

  private RouteAction.Forward forward(
      ApiDefinition api,
      EndpointGroup group,
      PortClients.Clients callers,
      @Nullable Access access,
      List<String> hidden,
      Edition edition)
      throws Unusable {
    return new RouteAction.Forward(
        describe(api),
        group,
        stripBytes(api.proxy()),
        api.proxy().preserveHost(),
        callers.listed(),
        access,
        TermsCompiler.compile(
            api,
            edition.version(),
            ListenPath.of(listenBytes(api.proxy())),
            config.http().paths(),
            hidden,
            inputs,
            groups),
        edition);
  }

  private @Nullable Access access(ApiDefinition api, PortClients.Clients callers) throws Unusable {
    Authentication authentication = api.authentication();
    if (authentication.methods().isEmpty()) {
      return null;
    }
    openKeys();
    if (withoutKeys != null) {
      throw new Unusable(
          api.settings().error(authentication.methods().getFirst().flag(), withoutKeys, null));
    }
    return new AccessCompiler(inputs)
        .compile(api, ListenPath.of(listenBytes(api.proxy())), callers.holders());
  }

  private void openKeys() {
    KeyDirectory directory = keys;
    keys = null;
    if (directory != null) {
      try {
        directory.ready();
      } catch (StoreException e) {
        withoutKeys = "there are no keys: " + e.getMessage();
      }
    }
  }

  /** The part of the path that goes; a slash at its end stays, as the beginning of the rest. */
  static int stripBytes(ApiDefinition.Proxy proxy) {
    return proxy.stripListenPath() ? listenBytes(proxy) : 0;
  }

  static int listenBytes(ApiDefinition.Proxy proxy) {
    String path = proxy.listenPath();
    return path.endsWith("/") ? path.length() - 1 : path.length();
  }

  static String describe(ApiDefinition api) {
    return api.name().equals(api.apiId()) ? api.apiId() : api.name() + " (" + api.apiId() + ")";
  }
}
