package dev.weir.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Plain requests over TLS of the JDK, which may mean one host in the handshake and ask another.
 *
 * @param trusted who may vouch for the server
 * @param own what is shown when the server asks; null for nothing
 */
record TlsRequests(X509Certificate trusted, @Nullable ServerCertificate own) {
  private static final char[] PASSWORD = {};

  /** The whole answer to a GET of {@code /} by HTTP/1.1. */
  static String get(int port, X509Certificate trusted, String serverName, String host)
      throws IOException {
    return new TlsRequests(trusted, null).get(port, serverName, host);
  }

  /**
   * The same.
   *
   * @param serverName any text, each character as a byte; null for none
   * @throws IOException when the server does not let the client in
   */
  String get(int port, @Nullable String serverName, String host) throws IOException {
    return get(port, serverName, host, "/");
  }

  /**
   * The same.
   *
   * @param fields further ones, each a line of the head
   */
  String get(int port, @Nullable String serverName, String host, String path, String... fields)
      throws IOException {
    try (SSLSocket socket = connect(port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(serverName == null ? List.of() : List.of(new AnyName(serverName)));
      socket.setSSLParameters(parameters);
      socket.setSoTimeout((int) Patience.LIMIT.toMillis());
      List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "host: " + host));
      lines.addAll(List.of(fields));
      lines.add("connection: close\r\n\r\n");
      socket.getOutputStream().write(String.join("\r\n", lines).getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  /** What the JDK's own class for host names would not let through. */
  private static final class AnyName extends SNIServerName {
    AnyName(String name) {
      super(0, name.getBytes(ISO_8859_1));
    }
  }

  private SSLSocket connect(int port) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("trusted", trusted);
      if (own != null) {
        store.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(X509Certificate[]::new));
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return (SSLSocket)
          context
              .getSocketFactory()
              .createSocket(new Socket(InetAddress.getLoopbackAddress(), port), "", port, true);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
