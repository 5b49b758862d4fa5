package dev.weir.certificates;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate with which somebody can prove who it is.
 *
 * @param chain its certificate, then its issuer and so on, as far as they are known
 * @param key the private key of the first; in no text form
 */
public record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
  private static final int DNS_NAME = 2;

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
    List<String> hosts = alternativeNames();
    return hosts.isEmpty() ? commonNames() : hosts;
  }

  private List<String> alternativeNames() {
    try {
      Collection<List<?>> names = leaf().getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.getFirst().equals(DNS_NAME))
              .map(name -> (String) name.get(1))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private List<String> commonNames() {
    List<String> names = new ArrayList<>();
    try {
      for (Rdn rdn : new LdapName(leaf().getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          names.add(String.valueOf(rdn.getValue()));
        }
      }
    } catch (InvalidNameException e) {
      return List.of();
    }
    return names;
  }

  @Override
  public String toString() {
    return "certificate of " + leaf().getSubjectX500Principal();
  }
}
