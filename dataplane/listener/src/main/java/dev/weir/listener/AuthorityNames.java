package dev.weir.listener;

import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/**
 * For which names an authority that is listed itself may vouch (RFC 5280, 4.2.1.10). Java looks at
 * the constraints of those between it and a client only, and takes no anchor that has some. A name
 * is the client's: of those between, a common name would be taken for a host.
 */
final class AuthorityNames {
  private static final String NAME_CONSTRAINTS = "2.5.29.30";

  private AuthorityNames() {}

  /**
   * Whether all names of a client are within the constraints of the authority at its path's end.
   */
  static boolean permit(PKIXCertPathBuilderResult path) {
    X509Certificate authority = path.getTrustAnchor().getTrustedCert();
    byte[] constraints = authority.getExtensionValue(NAME_CONSTRAINTS);
    if (constraints == null) {
      return true;
    }
    X509CertSelector permitted = new X509CertSelector();
    try {
      permitted.setNameConstraints(content(constraints));
    } catch (IOException e) {
      return false; // what they allow nobody can tell
    }
    // The path of an authority that is itself the client's certificate is empty.
    List<? extends Certificate> below = path.getCertPath().getCertificates();
    return below.isEmpty() || permitted.match(below.getFirst());
  }

  /** Of an OCTET STRING in DER, which Java has found to be one. */
  private static byte[] content(byte[] octets) {
    int lengthBytes = octets[1] >= 0 ? 0 : octets[1] & 0x7f;
    return Arrays.copyOfRange(octets, 2 + lengthBytes, octets.length);
  }
}
