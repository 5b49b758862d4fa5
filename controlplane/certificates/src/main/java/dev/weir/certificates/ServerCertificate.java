package dev.weir.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with which somebody can prove who it is.
 *
 * @param chain its certificate, then its issuer and so on, as far as they are known
 * @param key the private key of the first; in no text form
 */
public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /**
   * The hosts that it is for, as they are written in it: its alternative names, and the common name
   * where there are none (RFC 6125, 6.4.4).
   */
  public List<String> hosts() {
    return CertificateNames.hosts(leaf());
  }

  @Override
  public String toString() {
    return "certificate of " + leaf().getSubjectX500Principal();
  }
}
