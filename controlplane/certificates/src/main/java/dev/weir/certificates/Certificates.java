package dev.weir.certificates;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads certificates, and checks of those to be shown that a peer could accept them. */
public final class Certificates {
  private Certificates() {}

  /**
   * Reads a certificate, what it was issued by, and its key.
   *
   * @param keyFile may be the same as {@code certificateFile}
   * @param passphrase for a key that is encrypted
   * @param now when it has to be valid
   * @throws BadCertificate when it is of no use, and why
   */
  public static ServerCertificate read(
      Path certificateFile, Path keyFile, Passphrase passphrase, Instant now)
      throws BadCertificate {
    PemFile certificates = PemFile.read(certificateFile, passphrase);
    PemFile keys =
        keyFile.equals(certificateFile) ? certificates : PemFile.read(keyFile, passphrase);
    ServerCertificate read = join(certificates, keys);
    checkValidity(read.leaf(), "the certificate in " + certificateFile, now);
    return read;
  }

  /**
   * Reads the certificates of a file, without any key.
   *
   * @throws BadCertificate when there is none, or the file cannot be read
   */
  public static List<X509Certificate> readAll(Path file) throws BadCertificate {
    return List.copyOf(PemFile.read(file).certificates());
  }

  /**
   * Reads what is to be stored: a certificate, what it was issued by, and its key if there is one.
   *
   * @param org goes in front of the id: letters, digits and {@code ._@-}
   * @param keyFile the file with its key; null where that is in the same file or nowhere
   * @param passphrase for a key that is encrypted; it is stored by what the store has
   * @throws BadCertificate when it is of no use, and why
   */
  public static StoredCertificate readForStore(
      Path certificateFile, @Nullable Path keyFile, Passphrase passphrase, String org, Instant now)
      throws BadCertificate {
    PemFile certificates = PemFile.read(certificateFile, passphrase);
    PemFile keys = keyFile == null ? certificates : PemFile.read(keyFile, passphrase);
    return forStore(certificates, keys, org, now);
  }

  /**
   * The same for a text.
   *
   * @param source what to call it in messages
   * @throws BadCertificate when it is of no use, and why
   */
  public static StoredCertificate parseForStore(
      String source, String text, Passphrase passphrase, String org, Instant now)
      throws BadCertificate {
    PemFile read = PemFile.parse(source, text, passphrase);
    return forStore(read, read, org, now);
  }

  private static StoredCertificate forStore(
      PemFile certificates, PemFile keys, String org, Instant now) throws BadCertificate {
    String what = "the certificate in " + certificates.source();
    if (keys.hasKey() || keys != certificates) {
      ServerCertificate read = join(certificates, keys);
      checkValidity(read.leaf(), what, now);
      return StoredCertificate.of(org, read.chain(), read.key());
    }
    List<X509Certificate> all = certificates.certificates();
    List<X509Certificate> chain = chain(all.getFirst(), all);
    if (chain.size() != all.size()) {
      throw new BadCertificate(
          "the %d certificates in %s are no chain, add them one by one"
              .formatted(all.size(), certificates.source()));
    }
    checkValidity(chain.getFirst(), what, now);
    return StoredCertificate.of(org, chain, null);
  }

  /** Reads what the store holds. */
  static StoredCertificate parse(String id, String text) throws BadCertificate {
    PemFile read = PemFile.parse(id, text, Passphrase.NONE);
    return new StoredCertificate(id, read.certificates(), read.hasKey() ? read.key() : null);
  }

  /**
   * SHA-256 of the public keys in a file, its certificates' too: of their SubjectPublicKeyInfo in
   * DER, in lower case hexadecimal digits.
   *
   * @throws BadCertificate when there is none
   */
  public static Set<String> fingerprints(Path file) throws BadCertificate {
    Set<String> fingerprints = new LinkedHashSet<>();
    for (PublicKey key : PemFile.read(file).publicKeys()) {
      fingerprints.add(fingerprint(key));
    }
    return fingerprints;
  }

  /** The same of one. */
  public static String fingerprint(PublicKey key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static ServerCertificate join(PemFile certificates, PemFile keys) throws BadCertificate {
    List<X509Certificate> all = certificates.certificates();
    PrivateKey key = keys.key();
    checkKind(key, "the key in " + keys.source() + " is");
    for (X509Certificate candidate : all) {
      if (belong(candidate.getPublicKey(), key)) {
        return new ServerCertificate(chain(candidate, all), key);
      }
    }
    throw new BadCertificate(
        "the key in %s does not belong to the certificate in %s"
            .formatted(keys.source(), certificates.source()));
  }

  /** From the leaf up, whatever order the file has; what does not belong to it is left out. */
  private static List<X509Certificate> chain(X509Certificate leaf, List<X509Certificate> all) {
    List<X509Certificate> chain = new ArrayList<>();
    for (X509Certificate next = leaf; next != null; next = issuer(next, all, chain)) {
      chain.add(next);
    }
    return chain;
  }

  private static @Nullable X509Certificate issuer(
      X509Certificate of, List<X509Certificate> all, List<X509Certificate> chain) {
    return all.stream()
        .filter(one -> !chain.contains(one))
        .filter(one -> one.getSubjectX500Principal().equals(of.getIssuerX500Principal()))
        .filter(one -> isSigned(of, one))
        .findFirst()
        .orElse(null);
  }

  /** Whether one was issued by the key of the other. */
  static boolean isSigned(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether what one signs the other verifies. */
  private static boolean belong(PublicKey publicKey, PrivateKey key) {
    if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    byte[] text = {1};
    try {
      Signature signature = Signature.getInstance(signatureFor(key));
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String signatureFor(PrivateKey key) {
    return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }

  /**
   * Of other kinds BoringSSL makes a context without a word, and then no handshake; where Java
   * speaks TLS it is to be the same.
   *
   * @param what the beginning of the message
   */
  static void checkKind(PrivateKey key, String what) throws BadCertificate {
    String kind = key.getAlgorithm();
    if (!kind.equals("RSA") && !kind.equals("EC")) {
      throw new BadCertificate(
          "%s of kind %s, one of RSA or EC is needed for TLS"
              .formatted(what, key instanceof EdECKey curve ? curve.getParams().getName() : kind));
    }
  }

  static void checkValidity(X509Certificate certificate, String what, Instant now)
      throws BadCertificate {
    try {
      certificate.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw new BadCertificate(
          "%s expired on %s".formatted(what, certificate.getNotAfter().toInstant()), e);
    } catch (CertificateNotYetValidException e) {
      Instant from = certificate.getNotBefore().toInstant();
      throw new BadCertificate("%s is not valid before %s".formatted(what, from), e, from);
    }
  }
}
