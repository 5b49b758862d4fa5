package dev.weir.certificates;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Whom a certificate names. */
final class CertificateNames {
  private static final int DNS_NAME = 2;
  private static final int ADDRESS = 7;

  private CertificateNames() {}

  /** Its alternative names that are hosts, and the common name where there are none. */
  static List<String> hosts(X509Certificate certificate) {
    List<String> hosts = alternativeNames(certificate, DNS_NAME);
    return hosts.isEmpty() ? commonNames(certificate) : hosts;
  }

  /** Hosts and addresses among its alternative names. */
  static List<String> hostsAndAddresses(X509Certificate certificate) {
    List<String> all = new ArrayList<>(alternativeNames(certificate, DNS_NAME));
    all.addAll(alternativeNames(certificate, ADDRESS));
    return all;
  }

  private static List<String> alternativeNames(X509Certificate certificate, int kind) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.getFirst().equals(kind))
              .map(name -> (String) name.get(1))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static List<String> commonNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          names.add(String.valueOf(rdn.getValue()));
        }
      }
    } catch (InvalidNameException e) {
      return List.of();
    }
    return names;
  }
}
