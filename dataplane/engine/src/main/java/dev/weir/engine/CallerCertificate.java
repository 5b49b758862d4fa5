package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.listener.ClientTrust;
import dev.weir.listener.TlsClient;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's client has proven to be, asked once for each API that wants to know, again
 * from time to time, and when certificates are revoked: they expire while connections stay.
 * Confined to its event loop.
 */
final class CallerCertificate {
  private static final long VALID_NANOS = 60_000_000_000L;

  private final @Nullable TlsClient client;
  private @Nullable ClientTrust asked;
  private @Nullable ProxyError answer;
  private long askedNanos;
  private int askedVersion;

  /**
   * @param client null on a connection without TLS
   */
  CallerCertificate(@Nullable TlsClient client) {
    this.client = client;
  }

  /** Why the client may not make this call, or null. */
  @Nullable ProxyError refusal(RouteAction.Forward action, long nowNanos) {
    ClientTrust trust = action.clients();
    if (trust == null) {
      return null;
    }
    int version = trust.version();
    if (trust != asked || version != askedVersion || nowNanos - askedNanos > VALID_NANOS) {
      asked = trust;
      askedVersion = version;
      askedNanos = nowNanos;
      answer = ask(trust, "API " + action.api() + ": ");
    }
    return answer;
  }

  private @Nullable ProxyError ask(ClientTrust trust, String api) {
    if (client == null || !client.asked()) {
      return new ProxyError(
          ProxyError.Kind.MISDIRECTED,
          api
              + "takes a client certificate, which this connection's server name is not asked for;"
              + " connect with the API's own host as server name");
    }
    List<X509Certificate> chain = client.chain();
    if (chain.isEmpty()) {
      return new ProxyError(
          ProxyError.Kind.CLIENT_CERTIFICATE_MISSING, api + "takes a client certificate");
    }
    String refusal = trust.refusal(chain);
    return refusal == null
        ? null
        : new ProxyError(ProxyError.Kind.CLIENT_CERTIFICATE_REFUSED, api + refusal);
  }
}
