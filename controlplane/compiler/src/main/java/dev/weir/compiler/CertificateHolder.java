package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Who has a key for a certificate, as long as it is this one. For all threads. */
final class CertificateHolder extends KeyOwner {
  private final String certificate;
  private final byte[] id;

  /**
   * @param certificate its id
   */
  CertificateHolder(KnownKey key, String certificate) {
    super(key);
    this.certificate = certificate;
    this.id = certificate.getBytes(UTF_8);
  }

  String certificate() {
    return certificate;
  }

  /** Whether it is the certificate of an owner that has this fingerprint. */
  boolean holds(byte[] owner, byte[] fingerprint) {
    int begin = owner.length;
    return id.length == begin + fingerprint.length
        && Arrays.equals(id, 0, begin, owner, 0, begin)
        && Arrays.equals(id, begin, id.length, fingerprint, 0, fingerprint.length);
  }
}
