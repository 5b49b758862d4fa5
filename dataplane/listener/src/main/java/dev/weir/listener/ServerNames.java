package dev.weir.listener;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * With which certificate, and by which demands, a TLS port answers the host that a client means:
 * the host itself, then the wildcard for its first label, then what is there for everybody else.
 * Immutable; all threads may share it.
 */
public final class ServerNames {
  /** The host that stands for all that are not named. */
  public static final String OTHERS = "";

  private final Map<String, Answer> answers;

  /** What handshakes for a host are made with, and what they demand. */
  record Answer(SslContext context, ClientDemand demand) {

    SslHandler newHandler(ByteBufAllocator allocator) {
      SslHandler handler = context.newHandler(allocator);
      Sessions.arrange(handler.engine(), demand);
      return handler;
    }

    /**
     * Why a client may not come in whose handshake is complete, or null. Java resumes sessions of
     * clients that were asked for a certificate, and asks nobody what it is worth by now.
     */
    @Nullable String refusal(TlsClient client) {
      return context instanceof JdkSslContext ? demand.refusal(client.chain()) : null;
    }
  }

  private ServerNames(Map<String, Answer> answers) {
    this.answers = answers;
  }

  /**
   * The names of a port.
   *
   * @param identities at least one, of which the first is also for clients that name no host, or
   *     another; where two are for the same host it is the earlier one's
   * @param demands by the host, as in certificates, or {@link #OTHERS}; nothing is demanded where
   *     none fits
   * @throws SSLException when a handshake cannot be made like this
   */
  public static ServerNames of(List<ServerIdentity> identities, Map<String, ClientDemand> demands)
      throws SSLException {
    Map<String, ServerIdentity> shown = new HashMap<>();
    identities.forEach(one -> one.hosts().forEach(host -> shown.putIfAbsent(host, one)));
    shown.put(OTHERS, identities.getFirst());
    Map<String, ClientDemand> demanded = new HashMap<>();
    demands.forEach((host, demand) -> demanded.put(canonical(host), demand));
    demanded.putIfAbsent(OTHERS, new ClientDemand.None());
    return new ServerNames(answers(shown, demanded));
  }

  private static Map<String, Answer> answers(
      Map<String, ServerIdentity> shown, Map<String, ClientDemand> demanded) throws SSLException {
    Set<String> hosts = new LinkedHashSet<>(shown.keySet());
    hosts.addAll(demanded.keySet());
    Map<Pair, SslContext> contexts = new HashMap<>();
    Map<String, Answer> answers = new HashMap<>();
    for (String host : hosts) {
      Pair pair = new Pair(find(shown, host), find(demanded, host));
      SslContext context = contexts.get(pair);
      if (context == null) {
        context = pair.identity.context(pair.demand);
        contexts.put(pair, context);
      }
      answers.put(host, new Answer(context, pair.demand));
    }
    return answers;
  }

  private record Pair(ServerIdentity identity, ClientDemand demand) {}

  /**
   * What answers to a host.
   *
   * @param host lower case, without a final dot; null when the client names none
   */
  Answer find(@Nullable String host) {
    return find(answers, host == null ? OTHERS : host);
  }

  private static <T> T find(Map<String, T> byHost, String host) {
    T exact = byHost.get(host);
    int dot = host.indexOf('.');
    if (exact != null) {
      return exact;
    }
    T wildcard = dot < 0 ? null : byHost.get("*" + host.substring(dot));
    return wildcard == null ? Objects.requireNonNull(byHost.get(OTHERS)) : wildcard;
  }

  /** The form of a name in a certificate or a configuration in which it is compared. */
  static String canonical(String name) {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return host.toLowerCase(Locale.ROOT);
  }
}
