package dev.weir.model;

import dev.weir.model.GatewayConfig.DnsCache;
import dev.weir.model.GatewayConfig.HttpServerOptions;
import dev.weir.model.GatewayConfig.PathMatching;
import dev.weir.model.GatewayConfig.ServerTls;
import dev.weir.model.GatewayConfig.TlsVersions;
import dev.weir.model.GatewayConfig.UpstreamOptions;
import dev.weir.model.GatewayConfig.UpstreamTls;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Makes the two records of {@link GatewayConfig} that face a network: callers and targets. */
final class ConfigSides {

  private static final String HTTP = "http_server_options.";
  private static final int OLDEST_TLS = 769;
  private static final int OLDEST_SPOKEN = 771;
  private static final int NEWEST_TLS = 772;
  private static final String SUCH_AS = "771 is TLS 1.2, 772 is TLS 1.3";

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

  private ServerTls serverTls() {
    boolean on = settings.flag(HTTP + "use_ssl");
    if (on && !settings.flag(HTTP + "enable_http2")) {
      checks.warning(
          HTTP + "use_ssl", "takes HTTP/1.1 only, no gRPC", "set http_server_options.enable_http2");
    }
    var certificates = new CertificateReferences(settings, checks);
    return new ServerTls(
        on,
        Stream.of(
                certificates.pairs(HTTP + "certificates"),
                certificates.names(HTTP + "ssl_certificates"))
            .flatMap(List::stream)
            .toList(),
        versions(HTTP + "min_version", HTTP + "max_version"),
        CipherSuites.read(settings, checks, HTTP + "ssl_ciphers"),
        settings.flag(HTTP + "skip_client_ca_announcement"),
        certificates.names("security.certificates.apis"));
  }

  /** The older ones are broken, and HTTP/2 has none of them (RFC 9113, 9.2). */
  private TlsVersions versions(String minPath, String maxPath) {
    int min = version(minPath, OLDEST_SPOKEN);
    int max = version(maxPath, NEWEST_TLS);
    if (min < OLDEST_SPOKEN) {
      checks.warning(minPath, "TLS 1.0 and 1.1 are not spoken, 1.2 is the lowest");
    }
    if (max < OLDEST_SPOKEN) {
      checks.error(maxPath, "leaves no version, TLS 1.2 is the lowest", SUCH_AS);
    } else if (min > max) {
      checks.error(minPath, min + " is above " + maxPath + ", " + max);
    }
    return new TlsVersions(Math.max(min, OLDEST_SPOKEN), max);
  }

  private int version(String path, int other) {
    int version = settings.integer(path);
    if (version != 0 && (version < OLDEST_TLS || version > NEWEST_TLS)) {
      checks.error(path, version + " is not a TLS version", SUCH_AS);
      return other;
    }
    return version == 0 ? other : version;
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
