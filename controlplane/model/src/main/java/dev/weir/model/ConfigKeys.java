package dev.weir.model;

import static dev.weir.model.Key.decimal;
import static dev.weir.model.Key.flag;
import static dev.weir.model.Key.free;
import static dev.weir.model.Key.integer;
import static dev.weir.model.Key.list;
import static dev.weir.model.Key.map;
import static dev.weir.model.Key.nanos;
import static dev.weir.model.Key.object;
import static dev.weir.model.Key.text;
import static dev.weir.model.Key.textMap;
import static dev.weir.model.Key.texts;
import static dev.weir.model.Key.uint16;
import static dev.weir.model.Key.uint64;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every key of {@code tyk.conf}, with Tyk's types, defaults and Go names, and those of the {@code
 * weir} object. A new key is one line here; everything else (checks, environment, near misses, what
 * is not acted on) follows from the table.
 */
final class ConfigKeys {

  static final Shape.Fields ROOT =
      Shape.Fields.of(
          Stream.of(
                  listeners(),
                  node(),
                  http(),
                  upstream(),
                  apis(),
                  keys(),
                  limits(),
                  stores(),
                  security(),
                  plugins(),
                  observability(),
                  List.of(weir()))
              .flatMap(List::stream)
              .toList());

  private ConfigKeys() {}

  /**
   * What Tyk has no key for; each is also {@code WEIR_<NAME>} or {@code WEIR_<OBJECT>_<NAME>} in
   * the environment.
   */
  static Key weir() {
    return object(
        "weir",
        "",
        integer("event_loops", "").acted(),
        text("data_dir", "").byDefault("weir-data").acted(),
        text("transport", "").byDefault("auto").acted(),
        flag("gather_input", "").byDefault("true").acted(),
        flag("keep_cores", "").byDefault("true").acted(),
        object("admin", "", text("address", "").acted()),
        object("metrics", "", integer("methods_per_api", "").byDefault("200").acted()),
        object("access_log", "", text("file", "").acted()),
        flag("insecure_dev", "").acted(),
        flag("auto_reload", "").acted(),
        texts("trusted_proxies", "").acted(),
        flag("append_forwarded_for", "").byDefault("true").acted(),
        flag("refuse_underscores", "").acted(),
        texts("strip_headers", "").acted(),
        text("ssl_cert_file", "").acted(),
        text("upstream_ca_file", "").acted(),
        text("private_key_passphrase", "").followed().acted(),
        texts("crl_files", "").acted(),
        flag("accept_stale_crls", "").acted(),
        limits("http2"),
        limits("limits"));
  }

  private static Key limits(String group) {
    Key[] keys =
        Stream.of(Limit.values())
            .filter(limit -> limit.group().equals(group))
            .map(limit -> integer(limit.key(), "").byDefault("" + limit.byDefault()).acted())
            .toArray(Key[]::new);
    return object(group, "", keys);
  }

  private static List<Key> listeners() {
    return List.of(
        text("hostname", "HostName").acted(),
        text("listen_address", "ListenAddress").acted(),
        integer("listen_port", "ListenPort").byDefault("8080").acted(),
        map(
                "ports_whitelist",
                "PortWhiteList",
                list("ranges", "", integer("from", ""), integer("to", "")),
                Key.of("ports", "", new Shape.ListOf(Shape.Scalar.INT)))
            .acted(),
        flag("disable_ports_whitelist", "DisablePortWhiteList").acted(),
        flag("enable_custom_domains", "EnableCustomDomains").acted(),
        flag("close_connections", "CloseConnections"));
  }

  private static List<Key> node() {
    return List.of(
        text("control_api_hostname", "ControlAPIHostname").acted(),
        integer("control_api_port", "ControlAPIPort").acted(),
        text("secret", "Secret").followed().acted(),
        text("node_secret", "NodeSecret").followed(),
        text("pid_file_location", "PIDFileLocation")
            .byDefault("/var/run/tyk/tyk-gateway.pid")
            .acted(),
        flag("allow_insecure_configs", "AllowInsecureConfigs"),
        text("public_key_path", "PublicKeyPath"),
        flag("allow_remote_config", "AllowRemoteConfig"),
        flag("enable_config_inspection", "EnableConfigInspection"),
        flag("suppress_redis_signal_reload", "SuppressRedisSignalReload"),
        integer("reload_interval", "ReloadInterval").byDefault("1"),
        text("health_check_endpoint_name", "HealthCheckEndpointName").byDefault("hello").acted(),
        text("readiness_check_endpoint_name", "ReadinessCheckEndpointName")
            .byDefault("ready")
            .acted(),
        integer("graceful_shutdown_timeout_duration", "GracefulShutdownTimeoutDuration")
            .byDefault("30")
            .acted(),
        integer("graceful_shutdown_delay_seconds", "GracefulShutdownDelaySeconds").acted(),
        flag("hide_generator_header", "HideGeneratorHeader").acted(),
        object(
            "health_check",
            "HealthCheck",
            flag("enable_health_checks", "EnableHealthChecks"),
            integer("health_check_value_timeouts", "HealthCheckValueTimeout")),
        object(
            "liveness_check",
            "LivenessCheck",
            nanos("check_duration", "CheckDuration").byDefault("10000000000")),
        flag("enable_http_profiler", "HTTPProfile"),
        flag("disable_auto_max_procs", "DisableAutoMaxProcs"),
        flag("management_node", "ManagementNode"),
        flag("cloud", "Cloud"),
        object(
            "resource_sync",
            "ResourceSync",
            integer("retry_attempts", "RetryAttempts"),
            integer("interval", "Interval")));
  }

  private static List<Key> http() {
    return List.of(
        object(
            "http_server_options",
            "HttpServerOptions",
            flag("override_defaults", "OverrideDefaults"),
            integer("read_timeout", "ReadTimeout"),
            integer("write_timeout", "WriteTimeout"),
            flag("use_ssl", "UseSSL").acted(),
            flag("enable_http2", "EnableHttp2").acted(),
            flag("enable_strict_routes", "EnableStrictRoutes").acted(),
            flag("enable_path_prefix_matching", "EnablePathPrefixMatching"),
            flag("enable_path_suffix_matching", "EnablePathSuffixMatching"),
            flag("ssl_insecure_skip_verify", "SSLInsecureSkipVerify"),
            flag("enable_websockets", "EnableWebSockets"),
            list(
                    "certificates",
                    "Certificates",
                    text("domain_name", "Name"),
                    text("cert_file", "CertFile"),
                    text("key_file", "KeyFile"))
                .acted(),
            texts("ssl_certificates", "SSLCertificates").acted(),
            text("server_name", "ServerName"),
            uint16("min_version", "MinVersion").acted(),
            uint16("max_version", "MaxVersion").acted(),
            flag("skip_client_ca_announcement", "SkipClientCAAnnouncement"),
            integer("flush_interval", "FlushInterval").acted(),
            flag("skip_url_cleaning", "SkipURLCleaning"),
            flag("skip_target_path_escaping", "SkipTargetPathEscaping"),
            texts("ssl_ciphers", "Ciphers").acted(),
            integer("max_request_body_size", "MaxRequestBodySize"),
            integer("xff_depth", "XFFDepth").acted(),
            integer("max_response_body_size", "MaxResponseBodySize")),
        text("version_header", "VersionHeader"),
        flag("ignore_endpoint_case", "IgnoreEndpointCase"),
        flag("ignore_canonical_mime_header_key", "IgnoreCanonicalMIMEHeaderKey"),
        flag("track_404_logs", "Track404Logs"),
        map("override_messages", "OverrideMessages", text("message", ""), integer("code", "")),
        free("error_overrides", "ErrorOverrides"));
  }

  private static List<Key> upstream() {
    return List.of(
        flag("proxy_ssl_insecure_skip_verify", "ProxySSLInsecureSkipVerify").acted(),
        flag("proxy_enable_http2", "ProxyEnableHttp2").acted(),
        uint16("proxy_ssl_min_version", "ProxySSLMinVersion").acted(),
        uint16("proxy_ssl_max_version", "ProxySSLMaxVersion").acted(),
        texts("proxy_ssl_ciphers", "ProxySSLCipherSuites").acted(),
        decimal("proxy_default_timeout", "ProxyDefaultTimeout"),
        flag("proxy_ssl_disable_renegotiation", "ProxySSLDisableRenegotiation").acted(),
        flag("proxy_close_connections", "ProxyCloseConnections"),
        flag("ssl_force_common_name_check", "SSLForceCommonNameCheck").acted(),
        integer("max_idle_connections", "MaxIdleConns"),
        integer("max_idle_connections_per_host", "MaxIdleConnsPerHost"),
        integer("max_conn_time", "MaxConnTime"),
        object(
            "dns_cache",
            "DnsCache",
            flag("enabled", "Enabled"),
            integer("ttl", "TTL").byDefault("3600"),
            integer("check_interval", ""),
            text("multiple_ips_handle_strategy", "MultipleIPsHandleStrategy")
                .byDefault("no_cache")),
        object(
            "service_discovery",
            "ServiceDiscovery",
            integer("default_cache_timeout", "DefaultCacheTimeout")),
        object(
            "uptime_tests",
            "UptimeTests",
            flag("disable", "Disable"),
            text("poller_group", "PollerGroup"),
            object(
                "config",
                "Config",
                integer("failure_trigger_sample_size", "FailureTriggerSampleSize").byDefault("3"),
                integer("time_wait", "TimeWait").byDefault("10"),
                integer("checker_pool_size", "CheckerPoolSize"),
                flag("enable_uptime_analytics", "EnableUptimeAnalytics"))),
        flag("jwt_ssl_insecure_skip_verify", "JWTSSLInsecureSkipVerify"));
  }

  private static List<Key> apis() {
    return List.of(
        text("app_path", "AppPath").byDefault("apps/").acted(),
        text("template_path", "TemplatePath").byDefault("templates"),
        text("middleware_path", "MiddlewarePath").byDefault("middleware"),
        flag("use_db_app_configs", "UseDBAppConfigs"),
        object(
            "db_app_conf_options",
            "DBAppConfOptions",
            text("connection_string", "ConnectionString").followed(),
            integer("connection_timeout", "ConnectionTimeout"),
            flag("node_is_segmented", "NodeIsSegmented"),
            texts("tags", "Tags")),
        flag("disable_dashboard_zeroconf", "DisableDashboardZeroConf"),
        object(
            "policies",
            "Policies",
            text("policy_source", "PolicySource").acted(),
            text("policy_connection_string", "PolicyConnectionString").followed(),
            text("policy_record_name", "PolicyRecordName").acted(),
            flag("allow_explicit_policy_id", "AllowExplicitPolicyID"),
            text("policy_path", "PolicyPath").acted()),
        flag("allow_unsafe_policy_ids", "AllowUnsafePolicyIds"),
        object(
            "oas_config",
            "OAS",
            flag("validate_examples", "ValidateExamples"),
            flag("validate_schema_defaults", "ValidateSchemaDefaults")),
        object(
            "streaming",
            "Streaming",
            flag("enabled", "Enabled"),
            texts("allow_unsafe", "AllowUnsafe")),
        free("labs", "Labs"));
  }

  private static List<Key> keys() {
    return List.of(
        flag("hash_keys", "HashKeys"),
        flag("disable_key_actions_by_username", "DisableKeyActionsByUsername"),
        text("hash_key_function", "HashKeyFunction").acted(),
        text("basic_auth_hash_key_function", "BasicAuthHashKeyFunction"),
        texts("hash_key_function_fallback", "HashKeyFunctionFallback"),
        flag("enable_hashed_keys_listing", "EnableHashedKeysListing").acted(),
        integer("min_token_length", "MinTokenLength").byDefault("3").acted(),
        flag("allow_master_keys", "AllowMasterKeys").acted(),
        flag("enable_key_logging", "EnableKeyLogging"),
        integer("global_session_lifetime", "GlobalSessionLifetime").acted(),
        flag("force_global_session_lifetime", "ForceGlobalSessionLifetime").acted(),
        flag("session_lifetime_respects_key_expiration", "SessionLifetimeRespectsKeyExpiration")
            .acted(),
        object(
            "local_session_cache",
            "LocalSessionCache",
            flag("disable_cached_session_state", "DisableCacheSessionState"),
            integer("cached_session_timeout", "CachedSessionTimeout"),
            integer("cached_session_eviction", "CacheSessionEviction")),
        flag("suppress_default_org_store", "SupressDefaultOrgStore"),
        object(
            "auth_override",
            "AuthOverride",
            flag("force_auth_provider", "ForceAuthProvider"),
            free("auth_provider", "AuthProvider"),
            flag("force_session_provider", "ForceSessionProvider"),
            free("session_provider", "SessionProvider")),
        flag("enforce_org_data_age", "EnforceOrgDataAge"),
        flag("enforce_org_data_detail_logging", "EnforceOrgDataDetailLogging"),
        flag("enforce_org_quotas", "EnforceOrgQuotas"),
        flag("experimental_process_org_off_thread", "ExperimentalProcessOrgOffThread"),
        flag("legacy_enable_allowance_countdown", "LegacyEnableAllowanceCountdown"),
        integer("oauth_refresh_token_expire", "OauthRefreshExpire"),
        integer("oauth_token_expire", "OauthTokenExpire"),
        integer("oauth_token_expired_retain_period", "OauthTokenExpiredRetainPeriod"),
        text("oauth_redirect_uri_separator", "OauthRedirectUriSeparator"),
        integer("oauth_error_status_code", "OauthErrorStatusCode"),
        object("jwks", "JWKS", object("cache", "Cache", integer("timeout", "Timeout"))));
  }

  private static List<Key> limits() {
    return List.of(
        flag("enable_fixed_window_rate_limiter", "EnableFixedWindowRateLimiter"),
        flag("enable_redis_rolling_limiter", "EnableRedisRollingLimiter"),
        flag("enable_sentinel_rate_limiter", "EnableSentinelRateLimiter"),
        flag("enable_rate_limit_smoothing", "EnableRateLimitSmoothing"),
        flag("enable_non_transactional_rate_limiter", "EnableNonTransactionalRateLimiter"),
        integer("drl_notification_frequency", "DRLNotificationFrequency").byDefault("2"),
        decimal("drl_threshold", "DRLThreshold").byDefault("5"),
        flag("drl_enable_sentinel_rate_limiter", "DRLEnableSentinelRateLimiter"),
        text("rate_limit_response_headers", "RateLimitResponseHeaders").acted(),
        object(
            "monitor",
            "Monitor",
            flag("enable_trigger_monitors", "EnableTriggerMonitors"),
            object(
                "configuration",
                "Config",
                text("method", "Method"),
                text("target_path", "TargetPath"),
                text("template_path", "TemplatePath"),
                textMap("header_map", "HeaderList"),
                integer("event_timeout", "EventTimeout")),
            decimal("global_trigger_limit", "GlobalTriggerLimit"),
            flag("monitor_user_keys", "MonitorUserKeys"),
            flag("monitor_org_keys", "MonitorOrgKeys")));
  }

  private static List<Key> stores() {
    return List.of(
        store(
            "storage",
            "Storage",
            Map.of(
                "type",
                "redis",
                "host",
                "localhost",
                "port",
                "6379",
                "optimisation_max_idle",
                "100")),
        flag("enable_separate_analytics_store", "EnableSeperateAnalyticsStore"),
        store("analytics_storage", "AnalyticsStorage", Map.of()),
        flag("enable_separate_cache_store", "EnableSeperateCacheStore"),
        store("cache_storage", "CacheStorage", Map.of()),
        object(
            "slave_options",
            "SlaveOptions",
            flag("use_rpc", "UseRPC"),
            flag("use_ssl", "UseSSL"),
            flag("ssl_insecure_skip_verify", "SSLInsecureSkipVerify"),
            text("connection_string", "ConnectionString"),
            text("rpc_key", "RPCKey"),
            text("api_key", "APIKey").followed(),
            flag("enable_rpc_cache", "EnableRPCCache"),
            flag("bind_to_slugs", "BindToSlugsInsteadOfListenPaths"),
            flag("disable_keyspace_sync", "DisableKeySpaceSync"),
            text("group_id", "GroupID"),
            integer("call_timeout", "CallTimeout"),
            integer("ping_timeout", "PingTimeout"),
            integer("rpc_pool_size", "RPCPoolSize"),
            decimal("key_space_sync_interval", "KeySpaceSyncInterval"),
            decimal("rpc_cert_cache_expiration", "RPCCertCacheExpiration"),
            decimal("rpc_global_cache_expiration", "RPCGlobalCacheExpiration"),
            decimal("rpc_cert_fetch_max_elapsed_time", "RPCCertFetchMaxElapsedTime"),
            decimal("rpc_cert_fetch_initial_interval", "RPCCertFetchInitialInterval"),
            decimal("rpc_cert_fetch_max_interval", "RPCCertFetchMaxInterval"),
            flag("rpc_cert_fetch_retry_enabled", "RPCCertFetchRetryEnabled"),
            integer("rpc_cert_fetch_max_retries", "RPCCertFetchMaxRetries"),
            flag("synchroniser_enabled", "SynchroniserEnabled"),
            object(
                "dns_monitor",
                "DNSMonitor",
                flag("enabled", "Enabled"),
                integer("check_interval", "CheckInterval")),
            flag("sync_used_certs_only", "SyncUsedCertsOnly")),
        textMap("secrets", "Secrets").acted(),
        object(
            "kv",
            "KV",
            object(
                "consul",
                "Consul",
                text("address", "Address"),
                text("scheme", "Scheme"),
                text("datacenter", "Datacenter"),
                object(
                    "http_auth",
                    "HttpAuth",
                    text("username", "Username"),
                    text("password", "Password")),
                nanos("wait_time", "WaitTime"),
                text("token", "Token"),
                object(
                    "tls_config",
                    "TLSConfig",
                    text("address", "Address"),
                    text("ca_file", "CAFile"),
                    text("ca_path", "CAPath"),
                    text("cert_file", "CertFile"),
                    text("key_file", "KeyFile"),
                    flag("insecure_skip_verify", "InsecureSkipVerify"))),
            object(
                "vault",
                "Vault",
                text("address", "Address"),
                text("agent_address", "AgentAddress"),
                integer("max_retries", "MaxRetries"),
                nanos("timeout", "Timeout"),
                text("token", "Token"),
                integer("kv_version", "KVVersion")),
            object("file", "File", text("base_path", "BasePath").acted()),
            free("stores", "Stores")));
  }

  private static List<Key> security() {
    return List.of(
        object(
            "security",
            "Security",
            text("private_certificate_encoding_secret", "PrivateCertificateEncodingSecret")
                .followed()
                .acted(),
            flag("control_api_use_mutual_tls", "ControlAPIUseMutualTLS"),
            textMap("pinned_public_keys", "PinnedPublicKeys").acted(),
            flag("allow_unsafe_dynamic_mtls_token", "AllowUnsafeDynamicMTLSToken"),
            object(
                "certificates",
                "Certificates",
                texts("apis", "API").acted(),
                textMap("upstream", "Upstream").acted(),
                texts("control_api", "ControlAPI"),
                texts("dashboard_api", "Dashboard"),
                texts("mdcb_api", "MDCB")),
            object(
                "certificate_expiry_monitor",
                "CertificateExpiryMonitor",
                integer("warning_threshold_days", "WarningThresholdDays").byDefault("30"),
                integer("check_cooldown_seconds", "CheckCooldownSeconds").byDefault("3600"),
                integer("event_cooldown_seconds", "EventCooldownSeconds").byDefault("86400"))),
        object(
            "external_services",
            "ExternalServices",
            object(
                "global",
                "Global",
                flag("enabled", "Enabled"),
                text("http_proxy", "HTTPProxy"),
                text("https_proxy", "HTTPSProxy"),
                text("bypass_proxy", "BypassProxy")),
            service("oauth", "OAuth"),
            service("storage", "Storage"),
            service("webhooks", "Webhooks"),
            service("health", "Health"),
            service("discovery", "Discovery")));
  }

  private static List<Key> plugins() {
    return List.of(
        flag("enable_bundle_downloader", "EnableBundleDownloader"),
        text("bundle_base_url", "BundleBaseURL"),
        flag("bundle_insecure_skip_verify", "BundleInsecureSkipVerify"),
        flag("skip_verify_existing_plugin_bundle", "SkipVerifyExistingPluginBundle"),
        flag("enable_jsvm", "EnableJSVM"),
        integer("jsvm_timeout", "JSVMTimeout"),
        flag("disable_virtual_path_blobs", "DisableVirtualPathBlobs"),
        text("tyk_js_path", "TykJSPath"),
        object(
            "coprocess_options",
            "CoProcessOptions",
            flag("enable_coprocess", "EnableCoProcess"),
            text("coprocess_grpc_server", "CoProcessGRPCServer"),
            integer("grpc_recv_max_size", "GRPCRecvMaxSize"),
            integer("grpc_send_max_size", "GRPCSendMaxSize"),
            text("grpc_authority", "GRPCAuthority"),
            flag("grpc_round_robin_load_balancing", "GRPCRoundRobinLoadBalancing"),
            text("python_path_prefix", "PythonPathPrefix"),
            text("python_version", "PythonVersion")),
        flag("disable_regexp_cache", "DisableRegexpCache"),
        integer("regexp_cache_expire", "RegexpCacheExpire"),
        integer("regexp_cache_max_entries", "RegexpCacheMaxEntries"),
        flag("disable_regexp_cache_bound", "DisableRegexpCacheBound"),
        free("event_handlers", "EventHandlers"),
        free("event_trigers_defunct", "EventTriggers"),
        free("event_triggers_defunct", "EventTriggersDefunct"));
  }

  private static List<Key> observability() {
    return List.of(
        text("log_level", "LogLevel").acted(),
        text("log_format", "LogFormat").acted(),
        object(
            "access_logs",
            "AccessLogs",
            flag("enabled", "Enabled").acted(),
            texts("template", "Template").acted()),
        object(
            "tracing",
            "Tracer",
            text("name", "Name"),
            flag("enabled", "Enabled"),
            free("options", "Options")),
        free("opentelemetry", "OpenTelemetry"),
        object(
            "newrelic",
            "NewRelic",
            text("app_name", "AppName"),
            text("license_key", "LicenseKey"),
            flag("enable_distributed_tracing", "EnableDistributedTracing")),
        flag("enable_analytics", "EnableAnalytics"),
        object(
            "analytics_config",
            "AnalyticsConfig",
            text("type", "Type"),
            texts("ignored_ips", "IgnoredIPs"),
            flag("enable_detailed_recording", "EnableDetailedRecording"),
            flag("enable_geo_ip", "EnableGeoIP"),
            text("geo_ip_db_path", "GeoIPDBLocation"),
            object(
                "normalise_urls",
                "NormaliseUrls",
                flag("enabled", "Enabled"),
                flag("normalise_uuids", "NormaliseUUIDs"),
                flag("normalise_ulids", "NormaliseULIDs"),
                flag("normalise_numbers", "NormaliseNumbers"),
                texts("custom_patterns", "Custom")),
            integer("pool_size", "PoolSize"),
            uint64("records_buffer_size", "RecordsBufferSize").byDefault("1000"),
            integer("storage_expiration_time", "StorageExpirationTime").byDefault("60"),
            flag("enable_multiple_analytics_keys", "EnableMultipleAnalyticsKeys"),
            decimal("purge_interval", "PurgeInterval").byDefault("10"),
            text("serializer_type", "SerializerType")),
        flag("use_redis_log", "UseRedisLog"),
        flag("use_sentry", "UseSentry"),
        text("sentry_code", "SentryCode"),
        text("sentry_log_level", "SentryLogLevel"),
        flag("use_syslog", "UseSyslog"),
        text("syslog_transport", "SyslogTransport"),
        text("syslog_network_addr", "SyslogNetworkAddr"),
        flag("use_graylog", "UseGraylog"),
        text("graylog_network_addr", "GraylogNetworkAddr"),
        flag("use_logstash", "UseLogstash"),
        text("logstash_transport", "LogstashTransport"),
        text("logstash_network_addr", "LogstashNetworkAddr"),
        text("statsd_connection_string", "StatsdConnectionString"),
        text("statsd_prefix", "StatsdPrefix"));
  }

  private static Key store(String name, String goName, Map<String, String> defaults) {
    var keys =
        Stream.of(
            text("type", "Type"),
            text("host", "Host"),
            integer("port", "Port"),
            textMap("hosts", "Hosts"),
            texts("addrs", "Addrs"),
            text("master_name", "MasterName"),
            text("sentinel_password", "SentinelPassword"),
            text("username", "Username"),
            text("password", "Password").followed(),
            integer("database", "Database"),
            integer("optimisation_max_idle", "MaxIdle"),
            integer("optimisation_max_active", "MaxActive"),
            integer("timeout", "Timeout"),
            flag("enable_cluster", "EnableCluster"),
            flag("use_ssl", "UseSSL"),
            flag("ssl_insecure_skip_verify", "SSLInsecureSkipVerify"),
            text("ca_file", "CAFile"),
            text("cert_file", "CertFile"),
            text("key_file", "KeyFile"),
            text("tls_max_version", "TLSMaxVersion"),
            text("tls_min_version", "TLSMinVersion"),
            flag("compress_api_definitions", "CompressAPIDefinitions"),
            flag("compress_policies", "CompressPolicies"),
            integer("max_decompressed_size", "MaxDecompressedSize"),
            object(
                "iam_auth",
                "IAMAuth",
                flag("enabled", "Enabled"),
                text("provider", "Provider"),
                text("service_account", "ServiceAccount"),
                text("token_refresh_before_expiry", "TokenRefreshBeforeExpiry")));
    return Key.of(
        name, goName, Shape.Fields.of(keys.map(key -> withDefault(key, defaults)).toList()));
  }

  private static Key withDefault(Key key, Map<String, String> defaults) {
    String literal = defaults.get(key.name());
    return literal == null ? key : key.byDefault(literal);
  }

  private static Key service(String name, String goName) {
    return object(
        name,
        goName,
        object(
            "proxy",
            "Proxy",
            flag("enabled", "Enabled"),
            text("http_proxy", "HTTPProxy"),
            text("https_proxy", "HTTPSProxy"),
            text("bypass_proxy", "BypassProxy")),
        object(
            "mtls",
            "MTLS",
            flag("enabled", "Enabled"),
            text("cert_file", "CertFile"),
            text("key_file", "KeyFile"),
            text("ca_file", "CAFile"),
            text("cert_id", "CertID"),
            texts("ca_cert_ids", "CACertIDs"),
            flag("insecure_skip_verify", "InsecureSkipVerify"),
            text("tls_min_version", "TLSMinVersion"),
            text("tls_max_version", "TLSMaxVersion")));
  }
}
