package dev.weir.model;

import dev.weir.model.GatewayConfig.TlsVersions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes {@link UpstreamTls} of the keys of the gateway, or of those of an API. */
final class UpstreamTlsReader {
  private static final String GRPC_TLS = "grpc.tls";
  private static final String SERVER_NAME = "server_name";
  private static final String CA_FILE = "ca_file";
  private static final String HOSTS =
      "write *, *.domain, a host or [an IPv6 address], each with or without :port";
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|[0-9a-f:.]+");

  private final Settings settings;
  private final Checks checks;
  private final TlsVersionsReader versions;
  private final CertificateReferences certificates;

  UpstreamTlsReader(Settings settings, Checks checks) {
    this.settings = settings;
    this.checks = checks;
    this.versions = new TlsVersionsReader(settings, checks);
    this.certificates = new CertificateReferences(settings, checks);
  }

  /** Those of {@code tyk.conf}. */
  UpstreamTls ofGateway() {
    return new UpstreamTls(
        insecure("proxy_ssl_insecure_skip_verify"),
        versions.read("proxy_ssl_min_version", "proxy_ssl_max_version"),
        CipherSuites.read(settings, checks, "proxy_ssl_ciphers"),
        settings.flag("ssl_force_common_name_check"),
        shown("security.certificates.upstream"),
        pins("security.pinned_public_keys"),
        Optional.empty(),
        certificates.one("weir.ssl_cert_file"),
        certificates.one("weir.upstream_ca_file"));
  }

  /** Those of an API definition. */
  UpstreamTls ofApi() {
    String transport = "proxy.transport.";
    return new UpstreamTls(
        insecure(transport + "ssl_insecure_skip_verify"),
        versionsOfApi(transport + "ssl_min_version", transport + "ssl_max_version"),
        ciphersOfApi(transport + "ssl_ciphers"),
        settings.flag(transport + "ssl_force_common_name_check"),
        settings.flag("upstream_certificates_disabled")
            ? new HostMap<>(Map.of())
            : shown("upstream_certificates"),
        settings.flag("certificate_pinning_disabled")
            ? new HostMap<>(Map.of())
            : pins("pinned_public_keys"),
        serverName(),
        Optional.empty(),
        certificates.one(GRPC_TLS + "." + CA_FILE));
  }

  private TlsVersions versionsOfApi(String minPath, String maxPath) {
    TlsVersions read = versions.read(minPath, maxPath);
    return new TlsVersions(
        settings.says(minPath) ? read.min() : 0, settings.says(maxPath) ? read.max() : 0);
  }

  private List<String> ciphersOfApi(String path) {
    return settings.says(path) ? CipherSuites.read(settings, checks, path) : List.of();
  }

  private boolean insecure(String path) {
    boolean insecure = settings.flag(path);
    if (insecure) {
      checks.warning(path, "servers do not have to prove who they are", "set it to false");
    }
    return insecure;
  }

  private HostMap<CertificateReference> shown(String path) {
    checkHosts(path);
    return new HostMap<>(certificates.byHost(path));
  }

  /** What no target can have as its host would hold for none, and nobody would know. */
  private void checkHosts(String path) {
    settings
        .members(path)
        .forEach((host, value) -> {
          if (!HostMap.isKey(host)) {
            String place = checks.full(ShapeReader.join(path, host));
            checks.add(value.origin().error(place, "is for no host", HOSTS));
          }
        });
  }

  private HostMap<List<CertificateReference>> pins(String path) {
    checkHosts(path);
    return new HostMap<>(certificates.listsByHost(path));
  }

  /** The members of an object that the table of keys leaves open. */
  private Optional<String> serverName() {
    String name = null;
    for (var member : settings.members(GRPC_TLS).entrySet()) {
      String path = GRPC_TLS + "." + member.getKey();
      switch (member.getKey()) {
        case SERVER_NAME -> name = serverName(path, member.getValue());
        case CA_FILE -> text(path, member.getValue());
        default ->
            checks.error(
                path,
                "unknown key, it would have no effect",
                NearestName.hint(member.getKey(), List.of(SERVER_NAME, CA_FILE)));
      }
    }
    return Optional.ofNullable(name);
  }

  private @Nullable String serverName(String path, Json value) {
    String name = text(path, value);
    if (name == null || name.isEmpty()) {
      return null;
    }
    String host = name.toLowerCase(Locale.ROOT);
    if (!HOST.matcher(host).matches()) {
      checks.error(path, "is not a host name", "write it without scheme and port");
      return null;
    }
    return host;
  }

  private @Nullable String text(String path, Json value) {
    if (value instanceof Json.Text(_, String text)) {
      return text;
    }
    checks.error(path, "is " + value.kind() + ", text is needed");
    return null;
  }
}
