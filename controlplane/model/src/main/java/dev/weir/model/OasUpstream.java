package dev.weir.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Translates {@code upstream} of an OAS document: where calls go. */
final class OasUpstream {
  private static final String TRANSPORT = "proxy.transport.";
  private static final int MOST_WEIGHT = 1000;

  /** All of them are in memory. */
  private static final int MOST_TARGETS = 10_000;

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
    draft.put("proxy.target_url", upstream, "url");
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
    upstream.refuse("proxy", "proxies on the way to servers");
    upstream.idle("uptimeTests", "preserveTrailingSlash");
    upstream.end();
  }

  private record Weighted(Json url, int weight) {}

  /** A target stands in the classic list as often as its weight says, in the lowest terms. */
  private void balance(OasObject balancing) {
    draft.put("proxy.enable_load_balancing", balancing, "enabled");
    balancing.idle("skipUnavailableHosts");
    List<Weighted> targets = new ArrayList<>();
    for (OasObject target : balancing.objects("targets")) {
      Json url = target.get("url");
      if (url == null) {
        target.error("url", "is missing", null);
      } else {
        targets.add(new Weighted(url, weight(target)));
      }
      target.end();
    }
    int divisor = divisor(targets);
    long sum = targets.stream().mapToLong(target -> target.weight() / divisor).sum();
    if (sum > MOST_TARGETS) {
      draft.put("proxy.target_list", balancing, "targets", null);
      balancing.error(
          "targets",
          "have more weight than " + MOST_TARGETS + " together, in the lowest terms",
          "use smaller weights");
      return;
    }
    Stream<Json> repeated =
        targets.stream()
            .flatMap(
                target -> Collections.nCopies(target.weight() / divisor, target.url()).stream());
    var list = new Json.Arr(balancing.origin(), repeated.toList());
    draft.put("proxy.target_list", balancing, "targets", list);
  }

  /** The greatest that divides all weights; 1 where all are zero. */
  private static int divisor(List<Weighted> targets) {
    BigInteger divisor = BigInteger.ZERO;
    for (Weighted target : targets) {
      divisor = divisor.gcd(BigInteger.valueOf(target.weight()));
    }
    return Math.max(1, divisor.intValue());
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
      if (certificates.isEmpty()) {
        tls.error("domainToCertificateMapping", "is empty, so that no certificate is shown", null);
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
      draft.put("global_rate_limit.rate", limit, "rate");
      draft.put("global_rate_limit.per", limit, "per", OasDurations.seconds(limit, "per"));
    }
    limit.end();
  }

  private void transport(OasObject transport) {
    draft.put(TRANSPORT + "ssl_insecure_skip_verify", transport, "insecureSkipVerify");
    draft.put(TRANSPORT + "ssl_ciphers", transport, "ciphers");
    draft.put(TRANSPORT + "ssl_force_common_name_check", transport, "forceCommonNameCheck");
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
      boolean seconds = timeout.text("duration").isEmpty();
      if (seconds && OasObject.isNothing(timeout.get("value"))) {
        timeout.error("duration", "is missing, a span of time such as 30s is needed", null);
      }
      draft.putInVersion(
          "global_enforce_timeout", seconds ? span(timeout.get("value")) : timeout.get("duration"));
    }
    timeout.end();
  }

  /** Seconds in the text form that the classic format has for all of an API. */
  private static @Nullable Json span(@Nullable Json seconds) {
    return seconds instanceof Json.Num(Origin at, String literal)
        ? new Json.Text(at, literal + "s")
        : seconds;
  }
}
