package dev.weir.model;

import dev.weir.model.GatewayConfig.TlsVersions;
import java.util.List;
import java.util.Optional;

/**
 * TLS towards targets, as the gateway or one API has it.
 *
 * @param insecureSkipVerify {@code proxy_ssl_insecure_skip_verify}
 * @param versions {@code proxy_ssl_min_version} and {@code proxy_ssl_max_version}; 0 where an API
 *     leaves it to the gateway
 * @param ciphers the IANA names of those of {@code proxy_ssl_ciphers} and of TLS 1.3; empty where
 *     an API leaves it to the gateway
 * @param forceCommonNameCheck {@code ssl_force_common_name_check}
 * @param certificates {@code upstream_certificates}, what the servers are shown
 * @param pins {@code pinned_public_keys}, of which a server has to have one
 * @param serverName {@code grpc.tls.server_name}, the name of the servers instead of the targets'
 * @param roots {@code weir.ssl_cert_file}, who is trusted instead of whom Java trusts
 * @param authorities {@code weir.upstream_ca_file} or {@code grpc.tls.ca_file}, who is trusted
 *     besides
 */
public record UpstreamTls(
    boolean insecureSkipVerify,
    TlsVersions versions,
    List<String> ciphers,
    boolean forceCommonNameCheck,
    HostMap<CertificateReference> certificates,
    HostMap<List<CertificateReference>> pins,
    Optional<String> serverName,
    Optional<CertificateReference> roots,
    Optional<CertificateReference> authorities) {

  public UpstreamTls {
    ciphers = List.copyOf(ciphers);
  }
}
