package dev.weir.certificates;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate of the store.
 *
 * @param id the organisation's id and the SHA-256 of the certificate in DER, in hexadecimal, as in
 *     Tyk
 * @param chain the certificate, then its issuer and so on, as far as they are known
 * @param key its private key; null for one that is only compared with or trusted. In no text form
 */
public record StoredCertificate(String id, List<X509Certificate> chain, @Nullable PrivateKey key) {

  public StoredCertificate {
    chain = List.copyOf(chain);
  }

  static StoredCertificate of(String org, List<X509Certificate> chain, @Nullable PrivateKey key) {
    return new StoredCertificate(org + fingerprint(chain.getFirst()), chain, key);
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** Hosts and addresses that it names. */
  public List<String> names() {
    return CertificateNames.hostsAndAddresses(leaf());
  }

  /** The SHA-256 of a certificate in DER, 64 hexadecimal digits in lower case. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("this Java cannot tell certificates apart", e);
    }
  }

  @Override
  public String toString() {
    return "certificate " + id;
  }
}
