package dev.weir.model;

/** Translates {@code server} of an OAS document: where the API listens and who may call it. */
final class OasServer {
  private final OasObject root;
  private final OasObject server;
  private final ClassicDraft draft;

  OasServer(OasObject root, OasObject server, ClassicDraft draft) {
    this.root = root;
    this.server = server;
    this.draft = draft;
  }

  void translate() {
    OasObject listenPath = server.object("listenPath");
    if (listenPath.text("value").isEmpty()) {
      listenPath.error("value", "is missing, the path that calls begin with is needed", null);
    }
    draft.put("proxy.listen_path", listenPath.get("value"));
    draft.put("proxy.strip_listen_path", listenPath.get("strip"));
    listenPath.end();
    draft.put("protocol", server.get("protocol"));
    draft.put("listen_port", server.get("port"));
    new OasAuthentication(root, server, draft).translate();
    clientCertificates(server.object("clientCertificates"));
    customDomain(server.object("customDomain"));
    addresses(server.object("ipAccessControl"));
    tags(server.object("gatewayTags"));
    server.idle("detailedActivityLogs", "detailedTracing", "eventHandlers", "batchProcessing");
    server.end();
  }

  private void clientCertificates(OasObject certificates) {
    if (certificates.isOn()) {
      draft.put("use_mutual_tls_auth", certificates.get("enabled"));
      draft.put("client_certificates", certificates.get("allowlist"));
    }
    certificates.end();
  }

  /** An API that is off one domain is on all of them, as in Tyk. */
  private void customDomain(OasObject domain) {
    if (domain.isOn()) {
      if (domain.text("name").isEmpty()) {
        domain.error("name", "is missing, without it the API is on every host", null);
      }
      draft.put("domain", domain.get("name"));
      draft.put("certificates", domain.get("certificates"));
    }
    domain.end();
  }

  /** As in Tyk, lists that are not there restrict nobody; an empty one that is lets nobody in. */
  private void addresses(OasObject addresses) {
    if (addresses.isOn()) {
      if (addresses.has("allow")) {
        draft.put("enable_ip_whitelisting", addresses.get("enabled"));
        draft.put("allowed_ips", addresses.get("allow"));
      }
      if (addresses.has("block")) {
        draft.put("enable_ip_blacklisting", addresses.get("enabled"));
        draft.put("blacklisted_ips", addresses.get("block"));
      }
    }
    addresses.end();
  }

  private void tags(OasObject tags) {
    if (tags.isOn()) {
      draft.put("tags", tags.get("tags"));
    }
    tags.end();
  }
}
