package dev.weir.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes an OAS document of an API definition in the classic format: what {@link OasTranslator}
 * makes a classic definition of. Whether all of it is in there is for {@link OasExport} to say.
 */
final class OasWriter {
  private static final Origin HERE = Origin.whole("");
  private static final String EXTENSION = OasTranslator.EXTENSION + ".";
  private static final String SERVER = EXTENSION + "server.";
  private static final String UPSTREAM = EXTENSION + "upstream.";
  private static final String GLOBAL = EXTENSION + "middleware.global.";

  /** What is the same under another name. */
  private static final Map<String, String> SAME = new LinkedHashMap<>();

  static {
    SAME.put("api_id", EXTENSION + "info.id");
    SAME.put("id", EXTENSION + "info.dbId");
    SAME.put("org_id", EXTENSION + "info.orgId");
    SAME.put("name", EXTENSION + "info.name");
    SAME.put("expiration", EXTENSION + "info.expiration");
    SAME.put("internal", EXTENSION + "info.state.internal");
    SAME.put("proxy.listen_path", SERVER + "listenPath.value");
    SAME.put("proxy.strip_listen_path", SERVER + "listenPath.strip");
    SAME.put("protocol", SERVER + "protocol");
    SAME.put("listen_port", SERVER + "port");
    SAME.put("proxy.target_url", UPSTREAM + "url");
    SAME.put(
        "proxy.transport.ssl_insecure_skip_verify", UPSTREAM + "tlsTransport.insecureSkipVerify");
    SAME.put("proxy.transport.ssl_ciphers", UPSTREAM + "tlsTransport.ciphers");
    SAME.put(
        "proxy.transport.ssl_force_common_name_check",
        UPSTREAM + "tlsTransport.forceCommonNameCheck");
    SAME.put("disable_rate_limit", GLOBAL + "skipRateLimit");
    SAME.put("disable_quota", GLOBAL + "skipQuota");
    SAME.put("dont_set_quota_on_create", GLOBAL + "skipQuotaReset");
    SAME.put("grpc", OasTranslator.OWN + ".grpc");
    SAME.put("weir.loose_path_matching", OasTranslator.OWN + ".loose_path_matching");
  }

  /** What is the same in an object with a switch, by the object. */
  private static final Map<String, Map<String, String>> SWITCHED = new LinkedHashMap<>();

  static {
    SWITCHED.put(SERVER + "customDomain", Map.of("domain", "name", "certificates", "certificates"));
    SWITCHED.put(SERVER + "gatewayTags", Map.of("tags", "tags"));
    SWITCHED.put(UPSTREAM + "preserveHostHeader", Map.of("proxy.preserve_host_header", ""));
    SWITCHED.put(GLOBAL + "contextVariables", Map.of("enable_context_vars", ""));
  }

  private final Settings api;
  private final @Nullable OneVersion version;
  private final ClassicDraft document = new ClassicDraft(HERE);

  private OasWriter(Settings api) {
    this.api = api;
    this.version = OneVersion.of(api);
  }

  static Json.Obj write(Settings api) {
    return new OasWriter(api).write();
  }

  private Json.Obj write() {
    document.put("openapi", text("3.0.3"));
    document.put(
        "info.title", text(api.text("name").isEmpty() ? api.text("api_id") : api.text("name")));
    document.put("info.version", text("1.0.0"));
    document.put("paths", Json.Obj.empty(HERE));
    document.put(EXTENSION + "info.state.active", HERE, !api.isSet("active") || api.flag("active"));
    SAME.forEach((classic, path) -> document.put(path, said(api, classic)));
    SWITCHED.forEach((path, members) -> switched(path, api, members));
    OasVersioning.write(api, EXTENSION + "info.versioning", document);
    new OasSecurityWriter(api, document).write();
    addresses();
    upstream();
    if (api.flag("use_mutual_tls_auth")) {
      document.put(SERVER + "clientCertificates.enabled", HERE, true);
      document.put(
          SERVER + "clientCertificates.allowlist",
          api.isSet("client_certificates")
              ? api.value("client_certificates")
              : new Json.Arr(HERE, List.of()));
    }
    if (version != null) {
      globals(version.settings());
      new OasOperationsWriter(version.settings(), document).write();
    }
    return document.root();
  }

  /** As the reader of the classic format takes the switches. */
  private void addresses() {
    boolean off = api.flag("ip_access_control_disabled");
    boolean asked = api.isSet("enable_ip_whitelisting");
    boolean allows = asked ? api.flag("enable_ip_whitelisting") : !off && api.says("allowed_ips");
    boolean blocks = api.says("blacklisted_ips") && (api.flag("enable_ip_blacklisting") || !off);
    if (allows || blocks) {
      document.put(SERVER + "ipAccessControl.enabled", HERE, true);
    }
    if (allows) {
      document.put(
          SERVER + "ipAccessControl.allow",
          api.isSet("allowed_ips") ? api.value("allowed_ips") : new Json.Arr(HERE, List.of()));
    }
    if (blocks) {
      document.put(SERVER + "ipAccessControl.block", api.value("blacklisted_ips"));
    }
  }

  private void upstream() {
    if (api.flag("proxy.enable_load_balancing")) {
      document.put(UPSTREAM + "loadBalancing.enabled", HERE, true);
      document.put(UPSTREAM + "loadBalancing.targets", targets());
    }
    tlsVersion("proxy.transport.ssl_min_version", "minVersion");
    tlsVersion("proxy.transport.ssl_max_version", "maxVersion");
    if (api.says("global_rate_limit.rate") && !api.flag("global_rate_limit.disabled")) {
      document.put(UPSTREAM + "rateLimit.enabled", HERE, true);
      document.put(UPSTREAM + "rateLimit.rate", api.value("global_rate_limit.rate"));
      document.put(UPSTREAM + "rateLimit.per", span(api.value("global_rate_limit.per")));
    }
    if (!api.flag("upstream_certificates_disabled")) {
      pairs("upstream_certificates", "mutualTLS", "domainToCertificateMapping");
    }
    if (!api.flag("certificate_pinning_disabled")) {
      pairs("pinned_public_keys", "certificatePinning", "domainToPublicKeysMapping");
    }
  }

  /** Each as often as it is there, so that they stay in their order. */
  private Json targets() {
    List<Json> targets = new ArrayList<>();
    for (String url : api.texts("proxy.target_list")) {
      targets.add(
          Json.Obj.empty(HERE).with("url", text(url)).with("weight", new Json.Num(HERE, "1")));
    }
    return new Json.Arr(HERE, targets);
  }

  private void tlsVersion(String classic, String name) {
    OasUpstream.TLS_VERSIONS.forEach((version, number) -> {
      if (number.equals(String.valueOf(api.number(classic)))) {
        document.put(UPSTREAM + "tlsTransport." + name, text(version));
      }
    });
  }

  private void pairs(String classic, String object, String list) {
    List<Json> pairs = new ArrayList<>();
    api.textMap(classic)
        .forEach((domain, value) -> {
          Json.Obj pair = Json.Obj.empty(HERE).with("domain", text(domain));
          pairs.add(
              object.equals("mutualTLS")
                  ? pair.with("certificate", text(value))
                  : pair.with("publicKeys", texts(List.of(value.split(",", -1)))));
        });
    if (!pairs.isEmpty()) {
      document.put(UPSTREAM + object + ".enabled", HERE, true);
      document.put(UPSTREAM + object + "." + list, new Json.Arr(HERE, pairs));
    }
  }

  private void globals(Settings one) {
    headers(one, "global_headers", "transformRequestHeaders");
    headers(one, "global_response_headers", "transformResponseHeaders");
    if (!one.flag("global_size_limit_disabled")) {
      switched(GLOBAL + "requestSizeLimit", one, Map.of("global_size_limit", "value"));
    }
    if (!one.flag("global_enforce_timeout_disabled")) {
      switched(UPSTREAM + "enforceTimeout", one, Map.of("global_enforce_timeout", "duration"));
    }
    switched(GLOBAL + "ignoreCase", one, Map.of("ignore_endpoint_case", ""));
  }

  private void headers(Settings one, String classic, String name) {
    if (one.flag(classic + "_disabled")) {
      return;
    }
    List<Json> added = namesAndValues(one.textMap(classic));
    if (!added.isEmpty() || one.says(classic + "_remove")) {
      document.put(GLOBAL + name + ".enabled", HERE, true);
      document.put(GLOBAL + name + ".add", new Json.Arr(HERE, added));
      document.put(GLOBAL + name + ".remove", said(one, classic + "_remove"));
    }
  }

  static List<Json> namesAndValues(Map<String, String> fields) {
    List<Json> list = new ArrayList<>();
    fields.forEach((name, value) ->
        list.add(Json.Obj.empty(HERE).with("name", text(name)).with("value", text(value))));
    return list;
  }

  private void switched(String path, Settings from, Map<String, String> members) {
    members.forEach((classic, name) -> {
      Json value = said(from, classic);
      if (value != null) {
        document.put(path + ".enabled", HERE, true);
        if (!name.isEmpty()) {
          document.put(path + "." + name, value);
        }
      }
    });
  }

  /** A value that says something; null for none. */
  static @Nullable Json said(Settings from, String path) {
    return from.says(path) ? from.value(path) : null;
  }

  /** Seconds as a span of time. */
  static Json span(@Nullable Json seconds) {
    String text = seconds instanceof Json.Num(_, String literal) ? literal : "0";
    BigDecimal millis = new BigDecimal(text).movePointRight(3).stripTrailingZeros();
    boolean whole = millis.movePointLeft(3).stripTrailingZeros().scale() <= 0;
    return text(
        whole ? millis.movePointLeft(3).toBigInteger() + "s" : millis.toPlainString() + "ms");
  }

  static Json text(String text) {
    return new Json.Text(HERE, text);
  }

  static Json texts(List<String> texts) {
    return new Json.Arr(HERE, texts.stream().map(OasWriter::text).toList());
  }
}
