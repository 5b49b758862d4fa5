package dev.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client that opens TLS connections as it is told, by Java's own TLS. Each has sessions of its
 * own, so that none is resumed.
 *
 * @param trusted who may vouch for servers; for which host is not looked at
 * @param host the server name to send; null for none
 * @param protocols to offer by ALPN; empty for no ALPN
 * @param versions by their names in Java
 * @param signatures the schemes to offer, by their names in Java; empty for the usual ones
 */
public record TlsClient(
    X509Certificate trusted,
    @Nullable String host,
    List<String> protocols,
    List<String> versions,
    List<String> signatures) {

  /** A client that offers HTTP/2 and the usual versions. */
  public static TlsClient trusting(X509Certificate trusted) {
    return new TlsClient(trusted, null, List.of("h2"), List.of("TLSv1.3", "TLSv1.2"), List.of());
  }

  /** The same, asking for a host. */
  public TlsClient to(String newHost) {
    return new TlsClient(trusted, newHost, protocols, versions, signatures);
  }

  /** The same, with other protocols on offer. */
  public TlsClient offering(String... newProtocols) {
    return new TlsClient(trusted, host, List.of(newProtocols), versions, signatures);
  }

  /** The same, with one version only. */
  public TlsClient speaking(String version) {
    return new TlsClient(trusted, host, protocols, List.of(version), signatures);
  }

  /** The same, which knows no other schemes of signatures. */
  public TlsClient knowing(String... schemes) {
    return new TlsClient(trusted, host, protocols, versions, List.of(schemes));
  }

  /** A connection whose handshake is through. */
  public SSLSocket connect(int port) throws IOException {
    var clear = new Socket(InetAddress.getLoopbackAddress(), port);
    clear.setSoTimeout((int) Patience.LIMIT.toMillis());
    clear.setTcpNoDelay(true);
    var socket = (SSLSocket) context().getSocketFactory().createSocket(clear, null, port, true);
    try {
      socket.setSSLParameters(parameters(socket.getSSLParameters()));
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      clear.close();
      throw e;
    }
  }

  /** An HTTP/2 connection that has sent its preface and seen the server's SETTINGS. */
  public WirePeer greet(int port) {
    try {
      return WirePeer.over(connect(port)).greet();
    } catch (IOException e) {
      throw new UncheckedIOException("connect to port " + port, e);
    }
  }

  private SSLParameters parameters(SSLParameters parameters) {
    List<SNIServerName> names = host == null ? List.of() : List.of(new SNIHostName(host));
    parameters.setServerNames(names);
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    parameters.setProtocols(versions.toArray(String[]::new));
    if (!signatures.isEmpty()) {
      parameters.setSignatureSchemes(signatures.toArray(String[]::new));
    }
    return parameters;
  }

  private SSLContext context() throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("trusted", trusted);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}
