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
    draft.put("proxy.listen_path", listenPath, "value");
    draft.put("proxy.strip_listen_path", listenPath, "strip");
    listenPath.end();
    draft.put("protocol", server, "protocol");
    draft.put("listen_port", server, "port");
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
      draft.put("use_mutual_tls_auth", certificates, "enabled");
      draft.put("client_certificates", certificates, "allowlist");
    }
    certificates.end();
  }

  /** An API that is off one domain is on all of them, as in Tyk. */
  private void customDomain(OasObject domain) {
    if (domain.isOn()) {
      if (domain.text("name").isEmpty()) {
        domain.error("name", "is missing, without it the API is on every host", null);
      }
      draft.put("domain", domain, "name");
      draft.put("certificates", domain, "certificates");
    }
    domain.end();
  }

  /** As in Tyk, lists that are not there restrict nobody; an empty one that is lets nobody in. */
  private void addresses(OasObject addresses) {
    if (addresses.isOn()) {
      if (addresses.has("allow")) {
        draft.put("enable_ip_whitelisting", addresses, "enabled");
        draft.put("allowed_ips", addresses, "allow");
      }
      if (addresses.has("block")) {
        draft.put("enable_ip_blacklisting", addresses, "enabled");
        draft.put("blacklisted_ips", addresses, "block");
      }
    }
    addresses.end();
  }

  /** Kept in the classic form as well, though nothing is done by them. */
  private void tags(OasObject tags) {
    if (tags.isOn()) {
      draft.put("tags", tags, "tags");
      server.idle("gatewayTags");
    }
    tags.end();
  }
}
