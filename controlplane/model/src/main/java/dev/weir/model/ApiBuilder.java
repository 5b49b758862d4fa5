package dev.weir.model;

import dev.weir.model.ApiDefinition.Binding;
import dev.weir.model.ApiDefinition.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes an {@link ApiDefinition} from checked settings, and checks what types alone cannot say. */
final class ApiBuilder {

  private static final Pattern API_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~@:+=-]{0,254}");
  private static final String TARGET = "proxy.target_url";
  private static final String LIST = "proxy.target_list";

  private final Settings settings;
  private final GatewayConfig config;
  private final List<Problem> problems;
  private final Checks checks;
  private final ApiAsks asks;

  ApiBuilder(Settings settings, GatewayConfig config, List<Problem> problems) {
    this.settings = settings;
    this.config = config;
    this.problems = problems;
    this.checks = new Checks(settings, problems);
    this.asks = new ApiAsks(isActive() ? problems : new ArrayList<>());
  }

  ApiDefinition build() {
    String apiId = apiId();
    String name = settings.text("name");
    ApiProtocol protocol = protocol();
    var certificates = new CertificateReferences(settings, checks);
    var binding =
        new Binding(
            settings.says("protocol") ? Optional.of(protocol) : Optional.empty(),
            checks.port("listen_port"),
            new DomainReader(settings, checks).read(config.listener().customDomains()),
            settings.flag("domain_disabled") ? List.of() : certificates.names("certificates"),
            settings.flag("use_mutual_tls_auth")
                ? Optional.of(certificates.names("client_certificates"))
                : Optional.empty());
    warnOfUnusedCertificates(binding);
    var proxy = proxy(protocol);
    Authentication authentication = new AuthenticationReader(settings, checks, asks).read();
    new Unenforceable(settings, asks).collect();
    GrpcLimits limits = new GrpcLimitsReader(settings, problems).read();
    Optional<ApiVersions> versions = new ApiVersionsReader(settings, config, problems, asks).read();
    return new ApiDefinition(
        apiId,
        name.isEmpty() ? apiId : name,
        settings.text("org_id"),
        isActive(),
        binding,
        proxy,
        authentication,
        new AddressListsReader(settings, checks, problems).read(),
        settings.flag("weir.loose_path_matching"),
        new PathListsReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        new HeadChangesReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        new ApiRatesReader(settings, problems).read(config.http().paths().ignoreEndpointCase()),
        new HardTimeoutsReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        new SizeLimitsReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        new MethodTransformsReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        new MockResponsesReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        new UrlRewritesReader(settings, problems, asks)
            .read(config.http().paths().ignoreEndpointCase()),
        limits,
        Expiry.read(settings, checks, "expiration"),
        versions,
        new VersionApisReader(settings, checks, asks).read(),
        asks.unenforceable(),
        asks.unsupported(),
        asks.told(),
        settings);
  }

  /** Tyk serves files whatever the flag says; here only one that says no is believed. */
  private boolean isActive() {
    return !settings.isSet("active") || settings.flag("active");
  }

  private String apiId() {
    String id = settings.text("api_id");
    if (id.isEmpty()) {
      checks.error("api_id", "is missing, every API needs one of its own");
    } else if (!API_ID.matcher(id).matches()) {
      checks.error(
          "api_id", "has characters that cannot stand in a path", "use letters, digits, - and _");
    }
    return id;
  }

  private ApiProtocol protocol() {
    String text = settings.text("protocol");
    ApiProtocol protocol =
        Stream.of(ApiProtocol.values())
            .filter(known -> known.label().equals(text))
            .findFirst()
            .orElse(ApiProtocol.HTTP);
    switch (protocol) {
      case HTTP -> {
        if (!text.isEmpty() && !text.equals(protocol.label())) {
          unknownProtocol(text);
        }
      }
      case H2C -> {}
      case HTTPS -> warnOfHttp1();
      case TCP, TLS ->
          asks.reason(
              settings.origin("protocol"),
              "protocol",
              "the protocol " + text + " is not available in this build");
    }
    return protocol;
  }

  private void warnOfHttp1() {
    if (!config.http().http2()) {
      checks.warning(
          "protocol",
          "takes HTTP/1.1 only, no gRPC",
          "set http_server_options.enable_http2 in tyk.conf");
    }
  }

  private void warnOfUnusedCertificates(Binding binding) {
    ApiProtocol unsaid = config.http().tls().useSsl() ? ApiProtocol.HTTPS : ApiProtocol.HTTP;
    ApiProtocol spoken = binding.protocol().orElse(unsaid);
    boolean clear = spoken == ApiProtocol.HTTP || spoken == ApiProtocol.H2C;
    if (clear && !binding.certificates().isEmpty()) {
      checks.warning(
          "certificates",
          "are shown to nobody, clients come in clear text",
          "set protocol to https");
    }
  }

  private void unknownProtocol(String text) {
    List<String> known = Stream.of(ApiProtocol.values()).map(ApiProtocol::label).toList();
    String near = NearestName.hint(text, known);
    String all = "known are " + String.join(", ", known);
    checks.error("protocol", "\"" + text + "\" is unknown", near == null ? all : near);
  }

  private Proxy proxy(ApiProtocol protocol) {
    boolean balanced = settings.flag("proxy.enable_load_balancing");
    if (settings.flag("proxy.service_discovery.use_discovery_service")) {
      asks.reason(
          settings.origin("proxy.service_discovery"),
          "proxy.service_discovery",
          "service discovery is not available in this build");
    }
    return new Proxy(
        new ListenPathReader(settings, checks, asks).read(),
        settings.flag("proxy.strip_listen_path"),
        settings.flag("proxy.preserve_host_header"),
        balanced,
        balanced ? listedTargets(protocol) : singleTarget(),
        new UpstreamTlsReader(settings, checks).ofApi());
  }

  private List<Target> singleTarget() {
    if (!settings.isSet(TARGET)) {
      checks.error(TARGET, "is missing, a URL such as h2c://localhost:50051 is needed");
      return List.of();
    }
    Origin at = settings.origin(TARGET);
    Target target = new TargetReader(TARGET, problems).read(at, settings.text(TARGET), null);
    return target == null ? List.of() : List.of(known(at, TARGET, target));
  }

  private List<Target> listedTargets(ApiProtocol protocol) {
    List<Json> items = settings.items(LIST);
    if (items.isEmpty()) {
      checks.error(LIST, "is empty while enable_load_balancing is on", "list at least one target");
    }
    var targets = new ArrayList<Target>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Text(Origin at, String text)) {
        String path = LIST + "[" + i + "]";
        Target target = new TargetReader(path, problems).read(at, text, schemeOf(protocol));
        if (target != null) {
          targets.add(known(at, path, target));
        }
      }
    }
    return targets;
  }

  private static Target.Scheme schemeOf(ApiProtocol protocol) {
    return switch (protocol) {
      case HTTP -> Target.Scheme.HTTP;
      case HTTPS -> Target.Scheme.HTTPS;
      case H2C -> Target.Scheme.H2C;
      case TCP -> Target.Scheme.TCP;
      case TLS -> Target.Scheme.TLS;
    };
  }

  private Target known(Origin at, String path, Target target) {
    if (!target.scheme().isSupported()) {
      String scheme = target.scheme().label();
      asks.reason(at, path, scheme + ":// targets are not available in this build");
    }
    return target;
  }
}
