package dev.weir.model;

import dev.weir.model.GatewayConfig.DnsCache;
import dev.weir.model.GatewayConfig.HttpServerOptions;
import dev.weir.model.GatewayConfig.PathMatching;
import dev.weir.model.GatewayConfig.ServerTls;
import dev.weir.model.GatewayConfig.UpstreamOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Makes the two records of {@link GatewayConfig} that face a network: callers and targets. */
final class ConfigSides {

  private static final String HTTP = "http_server_options.";

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
        new TlsVersionsReader(settings, checks).read(HTTP + "min_version", HTTP + "max_version"),
        CipherSuites.read(settings, checks, HTTP + "ssl_ciphers"),
        settings.flag(HTTP + "skip_client_ca_announcement"),
        certificates.names("security.certificates.apis"));
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
        new UpstreamTlsReader(settings, checks).ofGateway(),
        new DnsCache(
            settings.flag("dns_cache.enabled"),
            Duration.ofSeconds(settings.number("dns_cache.ttl")),
            settings.text("dns_cache.multiple_ips_handle_strategy")));
  }
}
