package dev.weir.upstream;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Holds the certificate of a server against what it has to prove. Knows the host by itself, so that
 * no way of asking leaves it out; pins and common names are asked for besides, never instead. For
 * all threads.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  private final ServerProof proof;
  private final InstantSource clock;
  private final AtomicLong firstEndMillis = new AtomicLong(Long.MAX_VALUE);

  /**
   * @param clock tells whether what was accepted is still
   */
  ServerTrust(ServerProof proof, InstantSource clock) {
    this.proof = proof;
    this.clock = clock;
  }

  /** Whether all that were accepted so far are so still, whose sessions ask for no more. */
  boolean acceptsAllAgain() {
    return !proof.isRevocable() && clock.millis() < firstEndMillis.get();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    X509Certificate leaf = chain[0];
    if (proof.verified()) {
      checkIssuer(chain, authType);
      checkName(leaf);
    }
    if (proof.commonNameToo()) {
      checkCommonName(leaf);
    }
    if (!proof.pins().isEmpty()) {
      checkPin(leaf);
    }
    if (proof.verified()) {
      firstEndMillis.accumulateAndGet(firstEnd(chain), Math::min);
    }
  }

  /**
   * When the first ends of those that the server has sent below one that is trusted itself, and
   * whose end nobody asks for. What has ended already was of no use: others have signed the same.
   */
  private long firstEnd(X509Certificate[] chain) {
    long now = clock.millis();
    LongStream issuers =
        Arrays.stream(chain)
            .skip(1)
            .takeWhile(issuer -> !isTrusted(issuer))
            .mapToLong(ServerTrust::end)
            .filter(end -> end > now);
    return issuers.reduce(end(chain[0]), Math::min);
  }

  private boolean isTrusted(X509Certificate issuer) {
    return issuer.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
        || proof.trusted().certificates().contains(issuer);
  }

  private static long end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toEpochMilli();
  }

  private void checkIssuer(X509Certificate[] chain, String authType) throws Untrusted {
    try {
      proof.trusted().paths().checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      throw untrusted(chain[0], e);
    }
    String reason = proof.revocations().refusal(List.of(chain), proof.trusted().certificates());
    if (reason != null) {
      throw new Untrusted(TlsFailure.REVOKED, "the server's certificate " + reason, null);
    }
  }

  private static Untrusted untrusted(X509Certificate leaf, CertificateException why) {
    TlsFailure failure = failure(why);
    X509Certificate meant = meant(leaf, why);
    String words =
        switch (failure) {
          case EXPIRED ->
              under(leaf, meant)
                  + "has expired, it was valid until "
                  + meant.getNotAfter().toInstant();
          case NOT_YET_VALID ->
              under(leaf, meant)
                  + "is not valid yet, it will be from "
                  + meant.getNotBefore().toInstant();
          case UNKNOWN_ISSUER -> "is from an unknown issuer, " + leaf.getIssuerX500Principal();
          default -> "is no good, " + why.getMessage();
        };
    return new Untrusted(failure, "the server's certificate " + words, why);
  }

  /** The one of a path that has failed, which may be an issuer. */
  private static X509Certificate meant(X509Certificate leaf, CertificateException why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException invalid
          && invalid.getIndex() >= 0
          && invalid.getCertPath().getCertificates().get(invalid.getIndex())
              instanceof X509Certificate failed) {
        return failed;
      }
    }
    return leaf;
  }

  private static String under(X509Certificate leaf, X509Certificate meant) {
    return meant.equals(leaf)
        ? ""
        : "was issued under %s, which ".formatted(meant.getSubjectX500Principal());
  }

  private static TlsFailure failure(CertificateException why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return TlsFailure.EXPIRED;
      } else if (cause instanceof CertificateNotYetValidException) {
        return TlsFailure.NOT_YET_VALID;
      } else if (cause instanceof CertPathBuilderException || isForged(cause)) {
        return TlsFailure.UNKNOWN_ISSUER;
      }
    }
    return TlsFailure.BAD_CERTIFICATE;
  }

  /** Another one of the same name as one that is trusted has signed it. */
  private static boolean isForged(Throwable cause) {
    return cause instanceof CertPathValidatorException invalid
        && invalid.getReason() == BasicReason.INVALID_SIGNATURE;
  }

  private void checkName(X509Certificate leaf) throws CertificateException {
    PresentedNames names = PresentedNames.of(leaf);
    if (!names.contain(proof.host())) {
      throw new Untrusted(
          TlsFailure.NAME_MISMATCH,
          "the server's certificate is for %s (expected: %s)".formatted(names, proof.host()),
          null);
    }
  }

  private void checkCommonName(X509Certificate leaf) throws Untrusted {
    String name = PresentedNames.commonName(leaf);
    if (!withoutFinalDot(proof.host()).equals(name)) {
      throw new Untrusted(
          TlsFailure.COMMON_NAME_MISMATCH,
          "the common name of the server's certificate is %s (expected: %s)"
              .formatted(name, proof.host()),
          null);
    }
  }

  /** No certificate has one. */
  private static String withoutFinalDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private void checkPin(X509Certificate leaf) throws CertificateException {
    String presented = fingerprint(leaf);
    if (!proof.pins().contains(presented)) {
      throw new Untrusted(
          TlsFailure.WRONG_PIN,
          "the server's public key is not a pinned one, its SHA-256 is " + presented,
          null);
    }
  }

  private static String fingerprint(X509Certificate certificate) throws CertificateException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(certificate.getPublicKey().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new CertificateException(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("clients are not looked at here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
