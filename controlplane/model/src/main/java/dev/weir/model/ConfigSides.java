package dev.weir.model;

import dev.weir.model.GatewayConfig.CertificateFiles;
import dev.weir.model.GatewayConfig.DnsCache;
import dev.weir.model.GatewayConfig.HttpServerOptions;
import dev.weir.model.GatewayConfig.PathMatching;
import dev.weir.model.GatewayConfig.ServerTls;
import dev.weir.model.GatewayConfig.TlsVersions;
import dev.weir.model.GatewayConfig.UpstreamOptions;
import dev.weir.model.GatewayConfig.UpstreamTls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the two records of {@link GatewayConfig} that face a network: callers and targets. */
final class ConfigSides {

  private static final String HTTP = "http_server_options.";
  private static final int OLDEST_TLS = 769;
  private static final int NEWEST_TLS = 772;

  private final Settings settings;
  private final Checks checks;

  ConfigSides(Settings settings, Checks checks) {
    this.settings = settings;
    this.checks = checks;
  }

  HttpServerOptions http() {
    return new HttpServerOptions(
        checks.seconds(HTTP + "read_timeout"),
        checks.seconds(HTTP + "write_timeout"),
        settings.flag(HTTP + "enable_http2"),
        serverTls(),
        paths(),
        Duration.ofMillis(checks.count(HTTP + "flush_interval")),
        settings.flag(HTTP + "enable_websockets"),
        settings.number(HTTP + "max_request_body_size"),
        settings.number(HTTP + "max_response_body_size"),
        checks.count(HTTP + "xff_depth"));
  }

  /**
   * Clear text where TLS was asked for would be a leak, so that a start is refused until TLS is
   * there.
   */
  private ServerTls serverTls() {
    if (settings.flag(HTTP + "use_ssl")) {
      checks.error(
          HTTP + "use_ssl",
          "TLS on the main port is not available in this build",
          "set it to false to serve clear text");
    }
    return new ServerTls(
        settings.flag(HTTP + "use_ssl"),
        settings.text(HTTP + "server_name"),
        certificates(),
        settings.texts(HTTP + "ssl_certificates"),
        versions(HTTP + "min_version", HTTP + "max_version"),
        settings.texts(HTTP + "ssl_ciphers"),
        settings.flag(HTTP + "ssl_insecure_skip_verify"),
        settings.flag(HTTP + "skip_client_ca_announcement"));
  }

  private List<CertificateFiles> certificates() {
    return settings.items(HTTP + "certificates").stream().map(ConfigSides::certificate).toList();
  }

  private static CertificateFiles certificate(Json json) {
    return new CertificateFiles(
        text(json, "domain_name"), text(json, "cert_file"), text(json, "key_file"));
  }

  private static String text(Json json, String name) {
    @Nullable Json value = json instanceof Json.Obj object ? object.get(name) : null;
    return value instanceof Json.Text(_, String text) ? text : "";
  }

  private TlsVersions versions(String minPath, String maxPath) {
    int min = version(minPath);
    int max = version(maxPath);
    if (min > max && max != 0) {
      checks.error(minPath, min + " is above " + maxPath + ", " + max);
    }
    return new TlsVersions(min, max);
  }

  private int version(String path) {
    int version = settings.integer(path);
    if (version != 0 && (version < OLDEST_TLS || version > NEWEST_TLS)) {
      checks.error(path, version + " is not a TLS version", "771 is TLS 1.2, 772 is TLS 1.3");
    }
    return version;
  }

  private PathMatching paths() {
    return new PathMatching(
        settings.flag(HTTP + "enable_strict_routes"),
        settings.flag(HTTP + "enable_path_prefix_matching"),
        settings.flag(HTTP + "enable_path_suffix_matching"),
        settings.flag(HTTP + "skip_url_cleaning"),
        settings.flag(HTTP + "skip_target_path_escaping"),
        settings.flag("ignore_endpoint_case"));
  }

  UpstreamOptions upstream() {
    return new UpstreamOptions(
        settings.flag("proxy_enable_http2"),
        checks.seconds("proxy_default_timeout"),
        settings.flag("proxy_close_connections"),
        checks.count("max_idle_connections"),
        checks.count("max_idle_connections_per_host"),
        checks.seconds("max_conn_time"),
        upstreamTls(),
        new DnsCache(
            settings.flag("dns_cache.enabled"),
            Duration.ofSeconds(settings.number("dns_cache.ttl")),
            settings.text("dns_cache.multiple_ips_handle_strategy")));
  }

  private UpstreamTls upstreamTls() {
    return new UpstreamTls(
        settings.flag("proxy_ssl_insecure_skip_verify"),
        versions("proxy_ssl_min_version", "proxy_ssl_max_version"),
        settings.texts("proxy_ssl_ciphers"),
        settings.flag("proxy_ssl_disable_renegotiation"),
        settings.flag("ssl_force_common_name_check"));
  }
}
