package dev.weir.listener;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** A certificate that clients are shown, with what a handshake needs. For all threads. */
public final class ServerIdentity {
  private final Parts parts;
  private final SslContext undemanding;

  /**
   * What it is made of. Of equal parts one identity is enough, and lets clients come again with
   * their tickets.
   *
   * @param hosts names that it is for, a wildcard as {@code *.} and the rest
   * @param chain the certificate and those that it was issued by
   */
  public record Parts(
      List<String> hosts, List<X509Certificate> chain, PrivateKey key, TlsRules rules) {
    public Parts {
      hosts = hosts.stream().map(ServerNames::canonical).toList();
      chain = List.copyOf(chain);
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
      return hosts.toString();
    }
  }

  /**
   * Makes sure that handshakes will be able to use it.
   *
   * @throws SSLException when the certificate or the rules cannot be used
   */
  public ServerIdentity(Parts parts) throws SSLException {
    this.parts = parts;
    this.undemanding = newContext(new ClientDemand.None());
  }

  /** The certificate itself, without those that it was issued by. */
  public X509Certificate certificate() {
    return parts.chain().getFirst();
  }

  /** The kind of its key, by its name in Java. */
  public String keyAlgorithm() {
    return certificate().getPublicKey().getAlgorithm();
  }

  /** Whether a client can check it, by what both speak. */
  boolean isFor(ClientKeys keys) {
    return keys.take(keyAlgorithm(), parts.rules());
  }

  /** Whether clients that speak TLS 1.2 alone can check it, whatever else they offer. */
  public boolean isForTls12() {
    return ClientKeys.haveSuite(keyAlgorithm(), parts.rules());
  }

  /** The names that it is for, in lower case, a wildcard as {@code *.} and the rest. */
  public List<String> hosts() {
    return parts.hosts();
  }

  /** What handshakes use. Sessions are resumed with the same context only. */
  SslContext context(ClientDemand demand) throws SSLException {
    return demand instanceof ClientDemand.None ? undemanding : newContext(demand);
  }

  private SslContext newContext(ClientDemand demand) throws SSLException {
    SslContextBuilder builder = SslContextBuilder.forServer(parts.key(), parts.chain());
    SslContext context = parts.rules().apply(demand.apply(builder));
    Sessions.keepNone(context);
    return context;
  }
}
