package dev.weir.model;

import dev.weir.model.GatewayConfig.ApiSource;
import dev.weir.model.GatewayConfig.CallReports;
import dev.weir.model.GatewayConfig.ControlApi;
import dev.weir.model.GatewayConfig.Forwarding;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.GatewayConfig.MainListener;
import dev.weir.model.GatewayConfig.Operation;
import dev.weir.model.GatewayConfig.PolicySource;
import dev.weir.model.GatewayConfig.Revocation;
import dev.weir.model.GatewayConfig.SessionLifetime;
import dev.weir.model.GatewayConfig.WeirOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes {@link GatewayConfig} from checked settings, and checks what types alone cannot say. */
final class ConfigBuilder {
  /** Those of samples, in files of configuration and in documents. */
  private static final Set<String> PUBLISHED_SECRETS =
      Set.of(
          "352d20ee67be67f6340b4c0605b044b7",
          "foo",
          "secret",
          "topsecret",
          "changeme",
          "changeMe",
          "CHANGEME");

  private static final int MAX_EVENT_LOOPS = 1024;
  private static final int MAX_METHODS = 10_000;
  private static final String METHODS = "weir.metrics.methods_per_api";
  private static final int LEAST_TOKEN_LENGTH = 3;
  private static final Pattern ENDPOINT_NAME =
      Pattern.compile("/?[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*");

  private final Settings settings;
  private final List<Problem> problems;
  private final Checks checks;

  ConfigBuilder(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
    this.checks = new Checks(settings, problems);
  }

  GatewayConfig build() {
    var sides = new ConfigSides(settings, checks);
    return new GatewayConfig(
        listener(),
        sides.http(),
        sides.upstream(),
        apis(),
        operation(),
        controlApi(),
        policies(),
        keys(),
        weir(),
        settings);
  }

  private MainListener listener() {
    String address = settings.text("listen_address");
    if (address.chars().anyMatch(Character::isWhitespace)) {
      checks.error("listen_address", "has a space in it, a host name or an address is needed");
    }
    return new MainListener(
        address,
        checks.port("listen_port"),
        CanonicalHost.ofAuthority(hostname("hostname")),
        settings.flag("enable_custom_domains"),
        ports(),
        settings.flag("close_connections"));
  }

  private String hostname(String path) {
    String name = settings.text(path);
    if (name.contains("{")) {
      checks.error(path, "has a { in it, templates are for domains of APIs");
    }
    return name;
  }

  private PortWhitelist ports() {
    int port = settings.integer("listen_port");
    int controlPort = checks.port("control_api_port");
    PortWhitelist listed = new PortWhitelistReader(problems).read(settings).with("http", port);
    if (controlPort == 0) {
      return listed;
    }
    if (controlPort == port) {
      checks.warning("control_api_port", port + " is the main port too");
    }
    return listed.with("http", controlPort);
  }

  private ApiSource apis() {
    if (settings.flag("use_db_app_configs")) {
      checks.warning(
          "use_db_app_configs",
          "API definitions do not come from a Dashboard here, those in app_path are served",
          "set it to false");
    }
    return new ApiSource(
        checks.path("app_path"),
        checks.path("template_path"),
        checks.path("middleware_path"),
        settings.flag("use_db_app_configs"));
  }

  private Operation operation() {
    String health = endpointName("health_check_endpoint_name", "hello");
    String readiness = endpointName("readiness_check_endpoint_name", "ready");
    if (health.equals(readiness)) {
      checks.error("readiness_check_endpoint_name", health + " is the health check's name too");
    }
    return new Operation(
        checks.seconds("graceful_shutdown_timeout_duration"),
        checks.seconds("graceful_shutdown_delay_seconds"),
        checks.path("pid_file_location"),
        checks.seconds("reload_interval"),
        health,
        readiness,
        settings.flag("hide_generator_header"),
        settings.flag("track_404_logs"));
  }

  private String endpointName(String path, String byDefault) {
    String name = settings.text(path);
    if (name.isEmpty()) {
      return byDefault;
    }
    if (!ENDPOINT_NAME.matcher(name).matches()) {
      checks.error(path, "\"" + name + "\" cannot stand in a path", "write it as " + byDefault);
    }
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private ControlApi controlApi() {
    if (PUBLISHED_SECRETS.contains(settings.text("secret"))
        && !settings.flag("weir.insecure_dev")) {
      checks.error(
          "secret", "is one that everybody knows", "choose another, as by openssl rand -hex 32");
    }
    return new ControlApi(
        new Secret(settings.text("secret")),
        new Secret(settings.text("node_secret")),
        hostname("control_api_hostname"),
        settings.integer("control_api_port"));
  }

  private PolicySource policies() {
    String source = settings.text("policies.policy_source");
    return new PolicySource(
        named("policies.policy_path"),
        named("policies.policy_record_name"),
        source.equals("service") || source.equals("rpc"));
  }

  private @Nullable Path named(String path) {
    return settings.says(path) ? checks.path(path) : null;
  }

  private KeyRules keys() {
    int least = checks.count("min_token_length");
    return new KeyRules(
        settings.flag("allow_master_keys"),
        settings.flag("enable_hashed_keys_listing"),
        least == 0 ? LEAST_TOKEN_LENGTH : least,
        hashFunction(),
        new SessionLifetime(
            settings.number("global_session_lifetime"),
            settings.flag("force_global_session_lifetime"),
            settings.flag("session_lifetime_respects_key_expiration")),
        toldLimits());
  }

  private String toldLimits() {
    String source = settings.text("rate_limit_response_headers");
    if (!source.isEmpty() && !KeyRules.TOLD_LIMITS.contains(source)) {
      checks.error(
          "rate_limit_response_headers",
          "\"" + source + "\" is unknown",
          "known are " + String.join(", ", KeyRules.TOLD_LIMITS));
    }
    return source;
  }

  private String hashFunction() {
    String function = settings.text("hash_key_function");
    if (!function.isEmpty() && !KeyRules.HASH_FUNCTIONS.contains(function)) {
      checks.error(
          "hash_key_function",
          "\"" + function + "\" is unknown",
          "known are " + String.join(", ", KeyRules.HASH_FUNCTIONS));
    }
    return function;
  }

  private WeirOptions weir() {
    int loops = settings.integer("weir.event_loops");
    if (loops < 0 || loops > MAX_EVENT_LOOPS) {
      checks.error("weir.event_loops", loops + " is not from 0 to " + MAX_EVENT_LOOPS);
    }
    return new WeirOptions(
        loops,
        checks.path("weir.data_dir"),
        transport(),
        settings.flag("weir.gather_input"),
        settings.flag("weir.keep_cores"),
        new AdminAddressReader(settings, checks).read(),
        settings.flag("weir.auto_reload"),
        new Revocation(
            new CertificateReferences(settings, checks).names("weir.crl_files"),
            settings.flag("weir.accept_stale_crls")),
        forwarding(),
        limits(),
        reports());
  }

  private List<AccessLogField> accessLogFields() {
    List<String> template = settings.texts("access_logs.template");
    Set<AccessLogField> fields = EnumSet.noneOf(AccessLogField.class);
    for (String name : template) {
      AccessLogField.of(name)
          .ifPresentOrElse(
              fields::add,
              () ->
                  checks.warning(
                      "access_logs.template",
                      "\"" + name + "\" is unknown and left out of the lines"));
    }
    if (template.isEmpty()) {
      fields.addAll(EnumSet.complementOf(EnumSet.of(AccessLogField.LATENCY_TOTAL)));
    }
    return List.copyOf(fields);
  }

  private CallReports reports() {
    int methods = settings.integer(METHODS);
    if (methods < 0 || methods > MAX_METHODS) {
      checks.error(METHODS, methods + " is not from 0 to " + MAX_METHODS);
    }
    return new CallReports(
        methods,
        settings.flag("access_logs.enabled"),
        accessLogFields(),
        named("weir.access_log.file"));
  }

  private Forwarding forwarding() {
    List<AddressRange> trusted =
        new AddressRangesReader(settings, problems, true).read("weir.trusted_proxies");
    String depth = "http_server_options.xff_depth";
    if (trusted.isEmpty() && settings.integer(depth) > 0) {
      checks.warning(
          depth, "counts for nothing, since no proxy is trusted", "set weir.trusted_proxies");
    }
    return new Forwarding(
        trusted,
        settings.flag("weir.append_forwarded_for"),
        settings.flag("weir.refuse_underscores"),
        new FieldNamesReader(settings, problems).read("weir.strip_headers"));
  }

  private Limits limits() {
    Map<Limit, Integer> values = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      int value = settings.integer(limit.path());
      if (value < limit.least() || value > limit.most()) {
        checks.error(limit.path(), value + " is not from " + limit.least() + " to " + limit.most());
      }
      values.put(limit, value);
    }
    return new Limits(values);
  }

  private Transport transport() {
    String text = settings.text("weir.transport");
    return Stream.of(Transport.values())
        .filter(transport -> transport.label().equals(text))
        .findFirst()
        .orElseGet(() -> {
          checks.error(
              "weir.transport", "\"" + text + "\" is unknown", "known are auto, epoll, nio");
          return Transport.AUTO;
        });
  }
}
