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
  private final SslContext context;

  private ServerIdentity(List<String> hosts, SslContext context) {
    this.hosts = hosts;
    this.context = context;
  }

  /**
   * Makes ready what a handshake needs. Sessions are resumed with the same identity only.
   *
   * @param hosts names that it is for, a wildcard as {@code *.} and the rest
   * @param chain the certificate and those that it was issued by
   * @throws SSLException when the certificate or the rules cannot be used
   */
  public static ServerIdentity of(
      List<String> hosts, List<X509Certificate> chain, PrivateKey key, TlsRules rules)
      throws SSLException {
    return new ServerIdentity(
        hosts.stream().map(ServerNames::canonical).toList(),
        rules.apply(SslContextBuilder.forServer(key, chain)));
  }

  List<String> hosts() {
    return hosts;
  }

  SslContext context() {
    return context;
  }
}
