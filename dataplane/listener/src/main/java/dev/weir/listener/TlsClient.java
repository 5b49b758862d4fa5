package dev.weir.listener;

import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who a client has proven to be in its handshake.
 *
 * @param asked whether it was asked for a certificate
 * @param chain its certificate, then its issuer and so on; empty when it has shown none
 */
public record TlsClient(boolean asked, List<X509Certificate> chain) {
  /** Where a channel keeps it, if it speaks TLS. */
  public static final AttributeKey<TlsClient> KEY = AttributeKey.valueOf(TlsClient.class, "KEY");

  public TlsClient {
    chain = List.copyOf(chain);
  }

  static TlsClient of(boolean asked, SSLSession session) {
    return new TlsClient(asked, asked ? shown(session) : List.of());
  }

  private static List<X509Certificate> shown(SSLSession session) {
    try {
      Certificate[] certificates = session.getPeerCertificates();
      return Stream.of(certificates).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }
}
