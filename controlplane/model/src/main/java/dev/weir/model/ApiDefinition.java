package dev.weir.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One API as its file describes it, checked. An API that asks for something this build cannot do
 * carries the reasons, and must not be forwarded: see {@link #refusal()}.
 *
 * @param apiId {@code api_id}
 * @param name {@code name}; the api_id when not set
 * @param orgId {@code org_id}
 * @param active {@code active}; true when not set, as in Tyk
 * @param authentication how callers say who they are, as far as this build can ask them
 * @param addresses from where it may be called
 * @param loosePaths {@code weir.loose_path_matching}: whether paths that are written plainly are
 *     patterns, searched in those of calls as in Tyk
 * @param paths which of its paths may be called
 * @param changes what is changed on the heads of its calls
 * @param rates how often, by all together
 * @param timeouts how long its calls may take
 * @param sizes how large its requests may be
 * @param methods of HTTP by which its paths are called in place of those of callers
 * @param mocks what answers in the place of its servers
 * @param rewrites where calls go in place of their paths
 * @param limits how long its calls of gRPC may take, and how large their messages may be
 * @param expires from when on it is not served
 * @param versions of which callers name one; empty where there is none, or one for all
 * @param children of which callers name one too, each an API of its own; empty where there is none
 * @param unenforceable features asked for that restrict access or change calls, and that this build
 *     cannot enforce
 * @param unsupported protocols, targets and the like that this build cannot serve, each a reason in
 *     words
 * @param obstacles a warning for each of both, at its place in the document
 * @param settings every field by its path, unknown ones kept
 */
public record ApiDefinition(
    String apiId,
    String name,
    String orgId,
    boolean active,
    Binding binding,
    Proxy proxy,
    Authentication authentication,
    AddressLists addresses,
    boolean loosePaths,
    PathLists paths,
    HeadChanges changes,
    ApiRates rates,
    HardTimeouts timeouts,
    SizeLimits sizes,
    MethodTransforms methods,
    MockResponses mocks,
    UrlRewrites rewrites,
    GrpcLimits limits,
    Optional<Instant> expires,
    Optional<ApiVersions> versions,
    Optional<VersionApis> children,
    List<String> unenforceable,
    List<String> unsupported,
    List<Problem> obstacles,
    Settings settings) {

  public ApiDefinition {
    unenforceable = List.copyOf(unenforceable);
    unsupported = List.copyOf(unsupported);
    obstacles = List.copyOf(obstacles);
  }

  /** Why calls to this API must end with UNAVAILABLE; empty when it can be served. */
  public Optional<String> refusal() {
    return Refusal.of(this);
  }

  /** {@code internal}: whether it has no place of its own, and is called as a version of others. */
  public boolean isInternal() {
    return settings.flag("internal");
  }

  /** Fields that say something and that this build does not act on. */
  public List<String> notActedOn() {
    return Stream.of(
            settings.notActedOn().stream().filter(settings::says),
            Unenforceable.notActedOn(settings),
            UnenforceableVersions.notActedOn(settings).stream())
        .flatMap(fields -> fields)
        .toList();
  }

  /**
   * Where the API listens.
   *
   * @param protocol {@code protocol}; empty: what the main port speaks
   * @param port {@code listen_port}; 0 for the main port
   * @param domain {@code domain}, lower case, without a final dot; {@code *.} and the rest where
   *     the first label may be any one, an expression for it in braces and the rest where it has to
   *     match, and text with an expression behind each <code>{:</code> where more than that is told
   *     by expressions; empty for any host, and when it is switched off by {@code domain_disabled}
   *     or by a gateway without {@code enable_custom_domains}
   * @param certificates {@code certificates}, for the port that it listens on
   * @param clients {@code client_certificates}, who may call; empty for everybody, without {@code
   *     use_mutual_tls_auth}
   */
  public record Binding(
      Optional<ApiProtocol> protocol,
      int port,
      String domain,
      List<CertificateReference> certificates,
      Optional<List<CertificateReference>> clients) {

    public Binding {
      certificates = List.copyOf(certificates);
      clients = clients.map(List::copyOf);
    }

    /**
     * The domain as certificates name it: an expression for its first label may stand for any;
     * empty where that is all that can be said.
     */
    public String certificateName() {
      if (domain.contains("{:")) {
        return "";
      }
      int pattern = domain.startsWith("{") ? domain.lastIndexOf('}') + 1 : 0;
      return pattern > 0 ? "*" + domain.substring(pattern) : domain;
    }
  }

  /**
   * {@code proxy}.
   *
   * @param listenPath {@code listen_path}, with a slash in front
   * @param stripListenPath {@code strip_listen_path}
   * @param preserveHost {@code preserve_host_header}
   * @param balanced {@code enable_load_balancing}
   * @param targets {@code target_list} when balanced, with its repetitions; else {@code target_url}
   *     alone
   * @param tls TLS with those of them that are {@code https}
   */
  public record Proxy(
      String listenPath,
      boolean stripListenPath,
      boolean preserveHost,
      boolean balanced,
      List<Target> targets,
      UpstreamTls tls) {

    public Proxy {
      targets = List.copyOf(targets);
    }
  }
}
