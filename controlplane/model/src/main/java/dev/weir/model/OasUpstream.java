package dev.weir.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Translates {@code upstream} of an OAS document: where calls go. */
final class OasUpstream {
  private static final String TRANSPORT = "proxy.transport.";
  private static final int MOST_WEIGHT = 1000;

  /** As text, and as TLS itself numbers them. */
  static final Map<String, String> TLS_VERSIONS =
      Map.of("1.0", "769", "1.1", "770", "1.2", "771", "1.3", "772");

  private final OasObject upstream;
  private final ClassicDraft draft;

  OasUpstream(OasObject upstream, ClassicDraft draft) {
    this.upstream = upstream;
    this.draft = draft;
  }

  void translate() {
    OasObject balancing = upstream.object("loadBalancing");
    boolean balanced = balancing.isOn();
    if (!balanced && upstream.text("url").isEmpty()) {
      upstream.error("url", "is missing, a URL such as h2c://localhost:50051 is needed", null);
    }
    draft.put("proxy.target_url", upstream.get("url"));
    if (balanced) {
      balance(balancing);
    }
    balancing.end();
    mutualTls(upstream.object("mutualTLS"));
    pinning(upstream.object("certificatePinning"));
    rate(upstream.object("rateLimit"));
    transport(upstream.object("tlsTransport"));
    timeout(upstream.object("enforceTimeout"));
    OasObject host = upstream.object("preserveHostHeader");
    draft.put("proxy.preserve_host_header", host.origin(), host.isOn());
    host.end();
    upstream.refuse("serviceDiscovery", "service discovery");
    upstream.refuse("authentication", "upstream authentication");
    upstream.idle("uptimeTests", "preserveTrailingSlash", "proxy");
    upstream.end();
  }

  /** A target stands in the classic list as often as its weight says. */
  private void balance(OasObject balancing) {
    draft.put("proxy.enable_load_balancing", balancing.get("enabled"));
    balancing.idle("skipUnavailableHosts");
    List<Json> targets = new ArrayList<>();
    for (OasObject target : balancing.objects("targets")) {
      Json url = target.get("url");
      if (url == null) {
        target.error("url", "is missing", null);
      } else {
        targets.addAll(Stream.generate(() -> url).limit(weight(target)).toList());
      }
      target.end();
    }
    draft.put("proxy.target_list", new Json.Arr(balancing.origin(), targets));
  }

  private static int weight(OasObject target) {
    if (target.get("weight") instanceof Json.Num(_, String text)
        && text.matches("[0-9]{1,4}")
        && Integer.parseInt(text) <= MOST_WEIGHT) {
      return Integer.parseInt(text);
    }
    target.error("weight", "is no weight, 0 to " + MOST_WEIGHT + " is needed", null);
    return 0;
  }

  private void mutualTls(OasObject tls) {
    if (tls.isOn()) {
      var certificates = new OasMap(tls.origin());
      for (OasObject entry : tls.objects("domainToCertificateMapping")) {
        certificates.put(entry, "domain", entry.get("certificate"));
        entry.end();
      }
      draft.put("upstream_certificates", certificates.json());
    }
    tls.end();
  }

  private void pinning(OasObject pinning) {
    if (pinning.isOn()) {
      var keys = new OasMap(pinning.origin());
      for (OasObject entry : pinning.objects("domainToPublicKeysMapping")) {
        List<String> ids = new ArrayList<>();
        for (Json item : entry.items("publicKeys")) {
          if (item instanceof Json.Text(_, String id) && !id.isBlank()) {
            ids.add(id);
          } else {
            entry.error("publicKeys", "has to hold texts", null);
          }
        }
        if (ids.isEmpty()) {
          entry.error("publicKeys", "is empty: no key is the right one", null);
        }
        keys.put(entry, "domain", new Json.Text(entry.origin(), String.join(",", ids)));
        entry.end();
      }
      if (keys.isEmpty()) {
        pinning.error("domainToPublicKeysMapping", "is empty, so that no key is asked for", null);
      }
      draft.put("pinned_public_keys", keys.json());
    }
    pinning.end();
  }

  private void rate(OasObject limit) {
    if (limit.isOn()) {
      if (OasObject.isNothing(limit.get("rate"))) {
        limit.error("rate", "is missing, a number of calls is needed", null);
      }
      draft.put("global_rate_limit.rate", limit.get("rate"));
      draft.put("global_rate_limit.per", OasDurations.seconds(limit, "per"));
    }
    limit.end();
  }

  private void transport(OasObject transport) {
    draft.put(TRANSPORT + "ssl_insecure_skip_verify", transport.get("insecureSkipVerify"));
    draft.put(TRANSPORT + "ssl_ciphers", transport.get("ciphers"));
    draft.put(TRANSPORT + "ssl_force_common_name_check", transport.get("forceCommonNameCheck"));
    version(transport, "minVersion", "ssl_min_version");
    version(transport, "maxVersion", "ssl_max_version");
    transport.end();
  }

  private void version(OasObject transport, String name, String classic) {
    String text = transport.text(name);
    if (text.isEmpty()) {
      return;
    }
    String number = TLS_VERSIONS.get(text);
    if (number == null) {
      transport.error(name, "is no version of TLS", "write 1.2 or 1.3");
      return;
    }
    draft.put(TRANSPORT + classic, new Json.Num(transport.origin(), number));
  }

  private void timeout(OasObject timeout) {
    if (timeout.isOn()) {
      if (timeout.text("duration").isEmpty()) {
        timeout.error("duration", "is missing, a span of time such as 30s is needed", null);
      }
      draft.putInVersion("global_enforce_timeout", timeout.get("duration"));
    }
    timeout.end();
  }
}
