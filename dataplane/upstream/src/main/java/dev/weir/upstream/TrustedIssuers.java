package dev.weir.upstream;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Those who may have issued the certificates of servers, with what looks for a path to them: made
 * once, for all targets that trust the same, since it takes 5 KB and a millisecond. Equal where the
 * certificates are. For all threads.
 */
public final class TrustedIssuers {
  private final Set<X509Certificate> certificates;
  private final int hash;
  private final X509TrustManager paths;

  /**
   * @throws GeneralSecurityException when they cannot be used, and why
   */
  public TrustedIssuers(Set<X509Certificate> certificates) throws GeneralSecurityException {
    this.certificates = Set.copyOf(certificates);
    this.hash = this.certificates.hashCode();
    this.paths = paths(this.certificates);
  }

  private static X509TrustManager paths(Set<X509Certificate> certificates)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store(certificates));
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  private static KeyStore store(Set<X509Certificate> certificates) throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    int number = 0;
    for (X509Certificate trusted : certificates) {
      store.setCertificateEntry("trusted" + number++, trusted);
    }
    return store;
  }

  public Set<X509Certificate> certificates() {
    return certificates;
  }

  /** Looks for a path from the certificate of a server to one of them. */
  X509TrustManager paths() {
    return paths;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrustedIssuers that && certificates.equals(that.certificates);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
