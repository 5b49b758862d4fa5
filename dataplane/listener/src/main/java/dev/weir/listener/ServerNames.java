package dev.weir.listener;

import dev.weir.http2.BoringTls;
import dev.weir.http2.JdkTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayList;
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
 * the host itself, then the wildcard for its first label, then what is there for everybody else. Of
 * several certificates for one host it is the first whose kind of key is good for the client, or
 * the first. Immutable; all threads may share it.
 */
public final class ServerNames {
  /** The host that stands for all that are not named. */
  public static final String OTHERS = "";

  private final Map<String, List<Answer>> answers;

  /**
   * What handshakes for a host are made with, and what they demand.
   *
   * @param identity what the context shows
   */
  record Answer(SslContext context, ServerIdentity identity, ClientDemand demand) {

    SslHandler newHandler(ByteBufAllocator allocator) {
      SslHandler handler =
          context instanceof JdkSslContext
              ? new JdkTls(context.newEngine(allocator))
              : BoringTls.of(context.newHandler(allocator));
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

  private ServerNames(Map<String, List<Answer>> answers) {
    this.answers = answers;
  }

  /**
   * The names of a port.
   *
   * @param shown by the host, as {@link ServerIdentity#hosts}, what clients may be shown there, the
   *     best first; at least one for {@link #OTHERS}
   * @param demands by the host, as in certificates, or {@link #OTHERS}; nothing is demanded where
   *     none fits
   * @throws SSLException when a handshake cannot be made like this
   */
  public static ServerNames of(
      Map<String, List<ServerIdentity>> shown, Map<String, ClientDemand> demands)
      throws SSLException {
    Map<String, ClientDemand> demanded = new HashMap<>();
    demands.forEach((host, demand) -> demanded.put(canonical(host), demand));
    demanded.putIfAbsent(OTHERS, new ClientDemand.None());
    return new ServerNames(answers(shown, demanded));
  }

  private static Map<String, List<Answer>> answers(
      Map<String, List<ServerIdentity>> shown, Map<String, ClientDemand> demanded)
      throws SSLException {
    Set<String> hosts = new LinkedHashSet<>(shown.keySet());
    hosts.addAll(demanded.keySet());
    Map<Pair, Answer> made = new HashMap<>();
    Map<String, List<Answer>> answers = new HashMap<>();
    for (String host : hosts) {
      List<Answer> here = new ArrayList<>();
      for (ServerIdentity identity : find(shown, host)) {
        here.add(answer(new Pair(identity, find(demanded, host)), made));
      }
      answers.put(host, List.copyOf(here));
    }
    return answers;
  }

  private static Answer answer(Pair pair, Map<Pair, Answer> made) throws SSLException {
    Answer answer = made.get(pair);
    if (answer == null) {
      answer = new Answer(pair.identity.context(pair.demand), pair.identity, pair.demand);
      made.put(pair, answer);
    }
    return answer;
  }

  private record Pair(ServerIdentity identity, ClientDemand demand) {}

  /**
   * What answers to a host.
   *
   * @param host lower case, without a final dot; null when the client names none
   * @param keys what the client can have proven to it
   */
  Answer find(@Nullable String host, ClientKeys keys) {
    List<Answer> here = find(answers, host == null ? OTHERS : host);
    for (Answer answer : here) {
      if (answer.identity().isFor(keys)) {
        return answer;
      }
    }
    return here.getFirst();
  }

  /** Whether clients of some host are asked for a certificate that were not asked before. */
  boolean asksMoreThan(ServerNames before) {
    return asks(before, answers.keySet()) || asks(before, before.answers.keySet());
  }

  private boolean asks(ServerNames before, Set<String> hosts) {
    return hosts.stream().anyMatch(host -> asks(host) && !before.asks(host));
  }

  /** Whether clients are asked for a certificate that mean this host; null for none. */
  boolean asks(@Nullable String host) {
    return find(answers, host == null ? OTHERS : host).getFirst().demand().asks();
  }

  private static <T> T find(Map<String, T> byHost, String host) {
    T exact = byHost.get(host);
    T found = exact == null ? byHost.get(wildcard(host)) : exact;
    return found == null ? Objects.requireNonNull(byHost.get(OTHERS)) : found;
  }

  /** The wildcard for the first label of a host, or the host where it has one label. */
  public static String wildcard(String host) {
    int dot = host.indexOf('.');
    return dot < 0 ? host : "*" + host.substring(dot);
  }

  /** The form of a name in a certificate or a configuration in which it is compared. */
  static String canonical(String name) {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return host.toLowerCase(Locale.ROOT);
  }
}
