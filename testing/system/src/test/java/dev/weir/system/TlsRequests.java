package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Plain requests over TLS of the JDK, which may mean one host in the handshake and ask another. */
final class TlsRequests {
  private TlsRequests() {}

  /** The whole answer to a GET of {@code /} by HTTP/1.1. */
  static String get(int port, X509Certificate trusted, String serverName, String host)
      throws IOException {
    try (SSLSocket socket = connect(port, trusted)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
      socket.setSSLParameters(parameters);
      String request = "GET / HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static SSLSocket connect(int port, X509Certificate trusted) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("trusted", trusted);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return (SSLSocket)
          context
              .getSocketFactory()
              .createSocket(new Socket(InetAddress.getLoopbackAddress(), port), "", port, true);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
