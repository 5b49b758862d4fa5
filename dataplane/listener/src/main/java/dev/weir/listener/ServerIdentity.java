package dev.weir.listener;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** A certificate that clients are shown, with what a handshake needs. For all threads. */
public final class ServerIdentity {
  private final List<String> hosts;
  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final TlsRules rules;
  private final SslContext undemanding;

  private ServerIdentity(
      List<String> hosts, List<X509Certificate> chain, PrivateKey key, TlsRules rules)
      throws SSLException {
    this.hosts = hosts;
    this.chain = List.copyOf(chain);
    this.key = key;
    this.rules = rules;
    this.undemanding = newContext(new ClientDemand.None());
  }

  /**
   * Makes sure that handshakes will be able to use it.
   *
   * @param hosts names that it is for, a wildcard as {@code *.} and the rest
   * @param chain the certificate and those that it was issued by
   * @throws SSLException when the certificate or the rules cannot be used
   */
  public static ServerIdentity of(
      List<String> hosts, List<X509Certificate> chain, PrivateKey key, TlsRules rules)
      throws SSLException {
    return new ServerIdentity(
        hosts.stream().map(ServerNames::canonical).toList(), chain, key, rules);
  }

  /** The kind of its key, by its name in Java. */
  String keyAlgorithm() {
    return chain.getFirst().getPublicKey().getAlgorithm();
  }

  List<String> hosts() {
    return hosts;
  }

  /** What handshakes use. Sessions are resumed with the same context only. */
  SslContext context(ClientDemand demand) throws SSLException {
    return demand instanceof ClientDemand.None ? undemanding : newContext(demand);
  }

  private SslContext newContext(ClientDemand demand) throws SSLException {
    SslContext context = rules.apply(demand.apply(SslContextBuilder.forServer(key, chain)));
    Sessions.keepNone(context);
    return context;
  }
}
