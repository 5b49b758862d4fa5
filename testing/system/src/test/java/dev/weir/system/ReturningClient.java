package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client by Java's TLS that shows a certificate and keeps the sessions of a server. */
final class ReturningClient {
  private static final char[] PASSWORD = {};
  private static final byte[] REQUEST =
      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

  private final SSLContext context;
  private final String version;

  ReturningClient(X509Certificate trusted, String version, ServerCertificate own) {
    this.version = version;
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("trusted", trusted);
      store.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, PASSWORD);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Connects, asks, and waits for the answer.
   *
   * @throws IOException when it does not come in
   */
  void visit(int port) throws IOException {
    try (Socket clear = new Socket(InetAddress.getLoopbackAddress(), port);
        var socket =
            (SSLSocket) context.getSocketFactory().createSocket(clear, "localhost", port, true)) {
      socket.setSoTimeout((int) Patience.LIMIT.toMillis());
      socket.setEnabledProtocols(new String[] {version});
      socket.getOutputStream().write(REQUEST);
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      if (!answer.startsWith("HTTP/1.1 200 ")) {
        throw new IOException("got " + answer);
      }
    }
  }
}
