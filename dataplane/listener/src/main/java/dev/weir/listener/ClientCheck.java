package dev.weir.listener;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides in the handshake whether a client comes in. Names no authorities to the client: many send
 * nothing when none of those has issued their certificate, which may be listed itself.
 */
final class ClientCheck extends X509ExtendedTrustManager {
  private static final X509Certificate[] NOT_TOLD = {};

  private final Function<List<X509Certificate>, @Nullable String> refusal;

  /**
   * @param refusal why a client with this chain may not come in, or null
   */
  ClientCheck(Function<List<X509Certificate>, @Nullable String> refusal) {
    this.refusal = refusal;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    String reason = refusal.apply(List.of(chain));
    if (reason != null) {
      throw new CertificateException(reason);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this side is the server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NOT_TOLD;
  }
}
