package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.call.ProxyError;
import dev.weir.filter.Grants;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.listener.ClientTrust;
import dev.weir.listener.TlsClient;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's client has proven to be, asked once for each API that wants to know, again
 * from time to time, and when certificates are revoked: they expire while connections stay.
 * Confined to its event loop.
 */
final class CallerCertificate {
  private static final HeaderName NAME = HeaderName.of("client-certificate");
  private static final long VALID_NANOS = 60_000_000_000L;

  private final @Nullable TlsClient client;
  private @Nullable ClientTrust asked;
  private @Nullable ProxyError answer;
  private long askedNanos;
  private int askedVersion;
  private @Nullable HeaderField field;

  /**
   * @param client null on a connection without TLS
   */
  CallerCertificate(@Nullable TlsClient client) {
    this.client = client;
  }

  /** Why the client may not make this call, or null. */
  @Nullable ProxyError refusal(RouteAction.Forward action, long nowNanos) {
    ClientTrust trust = action.clients();
    return trust == null ? null : refusal(trust, action, nowNanos);
  }

  /** Why these do not trust the client with this call, or null. */
  @Nullable ProxyError refusal(ClientTrust trust, RouteAction.Forward action, long nowNanos) {
    int version = trust.version();
    if (trust != asked || version != askedVersion || nowNanos - askedNanos > VALID_NANOS) {
      asked = trust;
      askedVersion = version;
      askedNanos = nowNanos;
      answer = ask(trust, "API " + action.api() + ": ");
    }
    return answer;
  }

  /**
   * Its fingerprint, as the field of a head would have it that no head has: what is found out by it
   * is remembered on it. Null where the client has shown none.
   */
  @Nullable HeaderField field() {
    HeaderField known = field;
    if (known == null && client != null && !client.chain().isEmpty()) {
      known = HeaderField.neverIndexed(NAME, fingerprint(client.chain().getFirst()));
      field = known;
    }
    return known;
  }

  private static byte[] fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest).getBytes(US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that came in has a form to come in", e);
    }
  }

  /**
   * Why what is granted is not granted to this client, or null. A key that is bound to other
   * certificates is told as one that nobody has: else whoever found its token would learn that it
   * is good.
   *
   * @param asked what the key was shown for
   */
  @Nullable ProxyError denial(Grants grants, AskedCredential asked, RouteAction.Forward action) {
    return isKeptFrom(grants, action) ? Credentials.unknown(action, asked) : grants.denial();
  }

  /** Whether it is granted to clients with other certificates, or where one is asked for. */
  boolean isKeptFrom(Grants grants, RouteAction.Forward action) {
    if (!grants.isBound()) {
      return false;
    }
    HeaderField shown = action.provesClients() ? field() : null;
    return shown == null || !grants.isBoundTo(shown.valueText());
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
      // HTTP has other statuses, as in Tyk, for who calls and for who may call.
      return new ProxyError(
          trust.isOfAnybody()
              ? ProxyError.Kind.KEY_CERTIFICATE_MISSING
              : ProxyError.Kind.CLIENT_CERTIFICATE_MISSING,
          api + "takes a client certificate");
    }
    String refusal = trust.refusal(chain);
    return refusal == null
        ? null
        : new ProxyError(ProxyError.Kind.CLIENT_CERTIFICATE_REFUSED, api + refusal);
  }
}
