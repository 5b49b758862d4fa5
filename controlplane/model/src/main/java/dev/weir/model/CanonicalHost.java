package dev.weir.model;

import java.util.Locale;

/** The form in which hosts are compared, the same for routes, certificates and handshakes. */
final class CanonicalHost {

  private CanonicalHost() {}

  /** Lower case, without the final dot; a dot alone stays, as it stands for no host. */
  static String of(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.length() > 1 && lower.endsWith(".")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }

  /** The same without the port (RFC 3986, 3.2). */
  static String ofAuthority(String authority) {
    int colon = authority.lastIndexOf(':');
    return of(colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority);
  }
}
