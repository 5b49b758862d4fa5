package dev.weir.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one node: {@code tyk.conf}, its {@code weir} object, and the environment. Read
 * once at start.
 *
 * @param settings every key by its path, those without a place in these records too
 */
public record GatewayConfig(
    MainListener listener,
    HttpServerOptions http,
    UpstreamOptions upstream,
    ApiSource apis,
    Operation operation,
    ControlApi controlApi,
    PolicySource policies,
    KeyRules keys,
    WeirOptions weir,
    Settings settings) {

  /** The file these settings came from; null when there is none. */
  public @Nullable Path file() {
    return settings.file();
  }

  /** The same with a secret for the control API. */
  public GatewayConfig withSecret(Secret secret) {
    var control =
        new ControlApi(secret, controlApi.nodeSecret(), controlApi.hostname(), controlApi.port());
    return new GatewayConfig(
        listener, http, upstream, apis, operation, control, policies, keys, weir, settings);
  }

  /** Keys that are set and that this build does not act on, in the order of the document. */
  public List<String> notActedOn() {
    return settings.notActedOn();
  }

  /**
   * The main port and the rules for all others.
   *
   * @param address {@code listen_address}, for every port; empty for all interfaces
   * @param port {@code listen_port}, default 8080; 0 for any free port
   * @param hostname {@code hostname}, lower case, without final dot and port; APIs without a domain
   *     of their own answer to this host only; empty for every host
   * @param customDomains {@code enable_custom_domains}
   * @param ports {@code ports_whitelist}, with the main port and the control port in it
   * @param closeConnections {@code close_connections}
   */
  public record MainListener(
      String address,
      int port,
      String hostname,
      boolean customDomains,
      PortWhitelist ports,
      boolean closeConnections) {}

  /**
   * {@code http_server_options}.
   *
   * @param readTimeout {@code read_timeout}; zero when not set
   * @param writeTimeout {@code write_timeout}; zero when not set
   * @param http2 {@code enable_http2}
   * @param flushInterval {@code flush_interval}, milliseconds as in Tyk
   * @param websockets {@code enable_websockets}
   * @param maxRequestBodySize {@code max_request_body_size}, bytes; 0 for no limit
   * @param maxResponseBodySize {@code max_response_body_size}, bytes; 0 for no limit
   * @param xffDepth {@code xff_depth}, which address of {@code x-forwarded-for} counts, from the
   *     last one on; 0 for the last one that is no trusted proxy's
   */
  public record HttpServerOptions(
      Duration readTimeout,
      Duration writeTimeout,
      boolean http2,
      ServerTls tls,
      PathMatching paths,
      Duration flushInterval,
      boolean websockets,
      long maxRequestBodySize,
      long maxResponseBodySize,
      int xffDepth) {}

  /**
   * TLS of the main port.
   *
   * @param useSsl {@code use_ssl}
   * @param certificates {@code certificates}, pairs of files, and {@code ssl_certificates}
   * @param versions {@code min_version} and {@code max_version}
   * @param ciphers the IANA names of those of {@code ssl_ciphers} and of TLS 1.3
   * @param clients {@code security.certificates.apis}, who may call every API with mutual TLS
   */
  public record ServerTls(
      boolean useSsl,
      List<CertificateReference> certificates,
      TlsVersions versions,
      List<String> ciphers,
      boolean skipClientCaAnnouncement,
      List<CertificateReference> clients) {}

  /**
   * TLS versions by their number on the wire: 771 is TLS 1.2, 772 is TLS 1.3.
   *
   * @param max no lower than {@code min}
   */
  public record TlsVersions(int min, int max) {}

  /** How request paths are compared. */
  public record PathMatching(
      boolean strictRoutes,
      boolean prefixMatching,
      boolean suffixMatching,
      boolean skipUrlCleaning,
      boolean skipTargetPathEscaping,
      boolean ignoreEndpointCase) {}

  /**
   * The side of the targets, for all APIs.
   *
   * @param http2 {@code proxy_enable_http2}
   * @param defaultTimeout {@code proxy_default_timeout}; zero when not set
   * @param closeConnections {@code proxy_close_connections}
   * @param maxIdleConnections {@code max_idle_connections}
   * @param maxIdleConnectionsPerHost {@code max_idle_connections_per_host}
   * @param maxConnectionAge {@code max_conn_time}; zero when not set
   */
  public record UpstreamOptions(
      boolean http2,
      Duration defaultTimeout,
      boolean closeConnections,
      int maxIdleConnections,
      int maxIdleConnectionsPerHost,
      Duration maxConnectionAge,
      UpstreamTls tls,
      DnsCache dnsCache) {}

  /**
   * {@code dns_cache}.
   *
   * @param ttl default 3600 s
   * @param multipleIps {@code pick_first}, {@code random} or {@code no_cache}
   */
  public record DnsCache(boolean enabled, Duration ttl, String multipleIps) {}

  /**
   * Where API definitions and what belongs to them come from.
   *
   * @param appPath {@code app_path}, default {@code apps/}
   * @param templatePath {@code template_path}, default {@code templates}
   * @param middlewarePath {@code middleware_path}, default {@code middleware}
   * @param fromDashboard {@code use_db_app_configs}
   */
  public record ApiSource(
      Path appPath, Path templatePath, Path middlewarePath, boolean fromDashboard) {}

  /**
   * How the node starts, reports and stops.
   *
   * @param gracefulShutdown {@code graceful_shutdown_timeout_duration}, default 30 s
   * @param shutdownDelay {@code graceful_shutdown_delay_seconds}
   * @param pidFile {@code pid_file_location}, default Tyk's
   * @param reloadInterval {@code reload_interval}, default 1 s
   * @param healthName {@code health_check_endpoint_name} without a slash, default {@code hello}
   * @param readinessName {@code readiness_check_endpoint_name} without a slash, default {@code
   *     ready}
   * @param hideGeneratorHeader {@code hide_generator_header}
   * @param track404Logs {@code track_404_logs}
   */
  public record Operation(
      Duration gracefulShutdown,
      Duration shutdownDelay,
      Path pidFile,
      Duration reloadInterval,
      String healthName,
      String readinessName,
      boolean hideGeneratorHeader,
      boolean track404Logs) {}

  /**
   * The control API.
   *
   * @param secret {@code secret}; Weir has no default for it
   * @param nodeSecret {@code node_secret}
   * @param hostname {@code control_api_hostname}
   * @param port {@code control_api_port}; 0 for the main port
   */
  public record ControlApi(Secret secret, Secret nodeSecret, String hostname, int port) {}

  /**
   * {@code policies}.
   *
   * @param folder {@code policy_path}, one file for each policy; null for none
   * @param record {@code policy_record_name}, one file for all, where there is no folder; null for
   *     none
   * @param fromDashboard whether {@code policy_source} is a Dashboard, so that nothing is written
   */
  public record PolicySource(@Nullable Path folder, @Nullable Path record, boolean fromDashboard) {}

  /**
   * What holds for keys of clients.
   *
   * @param allowsMasterKeys {@code allow_master_keys}, whether a key may open every API by naming
   *     none
   * @param listsHashes {@code enable_hashed_keys_listing}
   * @param leastTokenLength {@code min_token_length}, of names that callers choose
   * @param hashFunction {@code hash_key_function}, which decides the shape of new tokens only: they
   *     are plain where it is empty, and kept as the same hashes whatever it says
   * @param lifetime of keys that have no end
   * @param toldLimits {@code rate_limit_response_headers}, which of a key's limits answers tell;
   *     none where it is empty
   */
  public record KeyRules(
      boolean allowsMasterKeys,
      boolean listsHashes,
      int leastTokenLength,
      String hashFunction,
      SessionLifetime lifetime,
      String toldLimits) {

    /** Those that Tyk has. */
    public static final List<String> HASH_FUNCTIONS =
        List.of("murmur32", "murmur64", "murmur128", "sha256");

    /** What answers may tell. */
    public static final List<String> TOLD_LIMITS = List.of("quotas", "rate_limits");
  }

  /**
   * How long keys last that have no {@code expires}.
   *
   * @param seconds {@code global_session_lifetime}
   * @param forced {@code force_global_session_lifetime}, whether that counts in place of what keys
   *     and APIs say
   * @param respectsExpiry {@code session_lifetime_respects_key_expiration}, whether they last for
   *     ever, as they say, unless it is forced
   */
  public record SessionLifetime(long seconds, boolean forced, boolean respectsExpiry) {}

  /**
   * The {@code weir} object: what Tyk has no key for.
   *
   * @param eventLoops {@code event_loops} or {@code WEIR_EVENT_LOOPS}; 0 for one per core
   * @param dataDir {@code data_dir} or {@code WEIR_DATA_DIR}, default {@code weir-data}
   * @param transport {@code transport} or {@code WEIR_TRANSPORT}
   * @param gatherInput {@code gather_input} or {@code WEIR_GATHER_INPUT}, whether event loops that
   *     are woken for few sockets at a time may pause before they look for more
   * @param keepCores {@code keep_cores} or {@code WEIR_KEEP_CORES}, whether busy event loops are
   *     kept on the cores that they run on
   * @param admin {@code admin.address} or {@code WEIR_ADMIN_ADDRESS}; null for no server for
   *     whoever runs the gateway
   * @param autoReload {@code auto_reload} or {@code WEIR_AUTO_RELOAD}, whether changed API
   *     definitions are served without being asked to
   * @param revocation which certificates count no more
   * @param forwarding who is believed about whom he calls for, and what servers are told
   * @param limits {@code http2} and {@code limits}, or {@code WEIR_HTTP2_...} and {@code
   *     WEIR_LIMITS_...}
   * @param reports what is told of calls that have ended
   */
  public record WeirOptions(
      int eventLoops,
      Path dataDir,
      Transport transport,
      boolean gatherInput,
      boolean keepCores,
      @Nullable AdminAddress admin,
      boolean autoReload,
      Revocation revocation,
      Forwarding forwarding,
      Limits limits,
      CallReports reports) {}

  /**
   * What is told of calls that have ended.
   *
   * @param methodsPerApi {@code metrics.methods_per_api} or {@code WEIR_METRICS_METHODS_PER_API},
   *     how many methods of an API have metrics of their own, default 200
   * @param accessLog {@code access_logs.enabled}
   * @param accessLogFields {@code access_logs.template}, default all that do not repeat others
   * @param accessLogFile {@code access_log.file} or {@code WEIR_ACCESS_LOG_FILE}; null for standard
   *     output
   */
  public record CallReports(
      int methodsPerApi,
      boolean accessLog,
      List<AccessLogField> accessLogFields,
      @Nullable Path accessLogFile) {}

  /**
   * Lists of revoked certificates.
   *
   * @param files {@code crl_files} or {@code WEIR_CRL_FILES}
   * @param acceptsStale {@code accept_stale_crls} or {@code WEIR_ACCEPT_STALE_CRLS}, whether a list
   *     counts after the time at which it should have been replaced
   */
  public record Revocation(List<CertificateReference> files, boolean acceptsStale) {}

  /**
   * Where metrics are served.
   *
   * @param host a name or an address
   * @param port 0 for any free port
   */
  public record AdminAddress(String host, int port) {}

  /**
   * Fields that say who called.
   *
   * @param trustedProxies {@code trusted_proxies} or {@code WEIR_TRUSTED_PROXIES}, whose such
   *     fields count; default none
   * @param appendsForwardedFor {@code append_forwarded_for} or {@code WEIR_APPEND_FORWARDED_FOR},
   *     whether servers get the client's address, default true
   * @param refusesUnderscores {@code refuse_underscores} or {@code WEIR_REFUSE_UNDERSCORES},
   *     whether calls with a {@code _} in the name of a field are refused
   * @param strippedHeaders {@code strip_headers} or {@code WEIR_STRIP_HEADERS}, names of further
   *     fields that count only when a trusted proxy sets them, in lower case; default none
   */
  public record Forwarding(
      List<AddressRange> trustedProxies,
      boolean appendsForwardedFor,
      boolean refusesUnderscores,
      List<String> strippedHeaders) {

    /** Nobody is trusted, and servers get the client's address. */
    public static final Forwarding DEFAULT = new Forwarding(List.of(), true, false, List.of());
  }
}
