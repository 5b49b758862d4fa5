package dev.weir.admin;

import java.util.List;

/**
 * Tyk's control API, as far as this build has it, and Weir's own: what each path does. Without the
 * network and without authentication, which come before it. For all threads.
 */
final class ControlApi {
  private static final List<String> SNAPSHOT = List.of("v1", "snapshot");
  private static final List<String> APIS = List.of("v1", "apis");
  private static final List<String> OPEN_API = List.of("v1", "openapi.json");

  private final ReloadPaths reload;
  private final ApiPaths apis;
  private final OasPaths oas;
  private final CertificatePaths certificates;
  private final PolicyPaths policies;
  private final KeyPaths keys;
  private final OrgKeyPaths orgKeys;
  private final CachePaths cache;
  private final SnapshotPath snapshot;

  ControlApi(
      ReloadPaths reload,
      ApiPaths apis,
      OasPaths oas,
      CertificatePaths certificates,
      PolicyPaths policies,
      KeyPaths keys,
      OrgKeyPaths orgKeys,
      CachePaths cache,
      SnapshotPath snapshot) {
    this.reload = reload;
    this.apis = apis;
    this.oas = oas;
    this.certificates = certificates;
    this.policies = policies;
    this.keys = keys;
    this.orgKeys = orgKeys;
    this.cache = cache;
    this.snapshot = snapshot;
  }

  /**
   * @param root the first segment of the path
   * @param request has the others
   */
  ControlAnswer answer(String root, ControlRequest request) {
    return switch (root) {
      case "tyk" -> ofTyk(request);
      case "weir" -> ofWeir(request);
      default -> notFound();
    };
  }

  private ControlAnswer ofWeir(ControlRequest request) {
    if (request.path().equals(OPEN_API)) {
      return OpenApiPath.answer(request);
    }
    List<String> path = request.path();
    if (path.size() == 4 && path.subList(0, 2).equals(APIS) && path.getLast().equals("oas")) {
      return request.method().equals("GET") ? apis.asOas(path.get(2)) : methodNotAllowed();
    }
    return request.path().equals(SNAPSHOT) ? snapshot.answer(request) : notFound();
  }

  private ControlAnswer ofTyk(ControlRequest request) {
    return switch (request.resource()) {
      case "reload" -> reload.answer(request);
      case "apis" -> isOas(request) ? oas.answer(request.below()) : apis.answer(request);
      case "certs" -> certificates.answer(request);
      case "policies" -> policies.answer(request);
      case "keys" -> keys.answer(request);
      case "org" -> orgKeys.answer(request);
      case "health" -> health(request);
      case "cache" -> cache.answer(request);
      default -> notFound();
    };
  }

  private static boolean isOas(ControlRequest request) {
    return request.path().size() > 1 && request.path().get(1).equals("oas");
  }

  /** Weir has its metrics for that. */
  private static ControlAnswer health(ControlRequest request) {
    if (request.path().size() > 1) {
      return notFound();
    }
    return request.method().equals("GET")
        ? ControlAnswer.error(400, "Health checks are not enabled for this node")
        : methodNotAllowed();
  }

  static ControlAnswer notFound() {
    return ControlAnswer.error(404, "Not Found");
  }

  static ControlAnswer methodNotAllowed() {
    return ControlAnswer.error(405, "Method not supported");
  }
}
