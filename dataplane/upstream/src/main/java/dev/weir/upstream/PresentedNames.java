package dev.weir.upstream;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a certificate is for: its alternative names, never its common name (RFC 9525).
 *
 * @param dns host names, of which one may begin with {@code *.} for any first label
 * @param addresses IP addresses
 */
record PresentedNames(List<String> dns, List<InetAddress> addresses) {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int MAX_TOLD = 5;

  static PresentedNames of(X509Certificate certificate) throws CertificateParsingException {
    List<String> dns = new ArrayList<>();
    List<InetAddress> addresses = new ArrayList<>();
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    for (List<?> name : names == null ? List.<List<?>>of() : names) {
      if (name.getFirst().equals(DNS_NAME)) {
        dns.add(canonical((String) name.get(1)));
      } else if (name.getFirst().equals(IP_ADDRESS)) {
        addresses.add(InetAddress.ofLiteral((String) name.get(1)));
      }
    }
    return new PresentedNames(dns, addresses);
  }

  /** The common name in the subject, the last one where there are several; null for none. */
  static @Nullable String commonName(X509Certificate certificate) {
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn rdn : subject.getRdns().reversed()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          return canonical(String.valueOf(rdn.getValue()));
        }
      }
      return null;
    } catch (InvalidNameException e) {
      return null;
    }
  }

  /** Whether a host, by name or by address, is among them. */
  boolean contain(String host) {
    InetAddress address = address(host);
    if (address != null) {
      return addresses.contains(address);
    }
    String name = canonical(host);
    int dot = name.indexOf('.');
    return dns.contains(name) || (dot > 0 && dns.contains("*" + name.substring(dot)));
  }

  /** The address that a host is written as; null for a name. */
  static @Nullable InetAddress address(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String canonical(String name) {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return host.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    List<String> all = new ArrayList<>(dns);
    addresses.forEach(address -> all.add(address.getHostAddress()));
    if (all.isEmpty()) {
      return "no host";
    }
    String some = String.join(", ", all.subList(0, Math.min(MAX_TOLD, all.size())));
    return all.size() > MAX_TOLD ? some + " and " + (all.size() - MAX_TOLD) + " more" : some;
  }
}
