package dev.weir.upstream;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * With what the gateway proves to a server who it is.
 *
 * @param chain its certificate and those that it was issued by
 * @param key in no text form
 */
public record ClientIdentity(List<X509Certificate> chain, PrivateKey key) {

  public ClientIdentity {
    chain = List.copyOf(chain);
  }

  @Override
  public String toString() {
    return "certificate of " + chain.getFirst().getSubjectX500Principal();
  }
}
