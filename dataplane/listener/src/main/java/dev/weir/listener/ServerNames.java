package dev.weir.listener;

import io.netty.handler.ssl.SslContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * With which certificate, and by which rules, a TLS port answers the host that a client means: the
 * host itself, then the wildcard for its first label, then what is there for everybody else.
 * Immutable; all threads may share it.
 */
public final class ServerNames {
  private final Map<String, SslContext> contexts = new HashMap<>();
  private final SslContext others;

  /**
   * The names of a port.
   *
   * @param identities at least one, of which the first is also for clients that name no host, or
   *     another; where two are for the same host it is the earlier one's
   */
  public ServerNames(List<ServerIdentity> identities) {
    others = identities.getFirst().context();
    for (ServerIdentity identity : identities) {
      identity.hosts().forEach(host -> contexts.putIfAbsent(host, identity.context()));
    }
  }

  /**
   * What answers to a host.
   *
   * @param host lower case, without a final dot; null when the client names none
   */
  SslContext find(@Nullable String host) {
    if (host == null) {
      return others;
    }
    SslContext exact = contexts.get(host);
    if (exact != null) {
      return exact;
    }
    int dot = host.indexOf('.');
    SslContext wildcard = dot < 0 ? null : contexts.get("*" + host.substring(dot));
    return wildcard == null ? others : wildcard;
  }

  /** The form of a name in a certificate or a configuration in which it is compared. */
  static String canonical(String name) {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return host.toLowerCase(Locale.ROOT);
  }
}
