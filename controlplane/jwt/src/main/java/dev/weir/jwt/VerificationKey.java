package dev.weir.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A key that signatures of tokens are checked with. It stays the same object as long as its source
 * has it, and tells when it has not any more. For all threads.
 */
public final class VerificationKey {
  /** RFC 7518, 3.3. */
  private static final int LEAST_RSA_BITS = 2048;

  /** For HS256; the longer hashes want longer ones (RFC 7518, 3.2). */
  private static final int LEAST_SECRET_BYTES = 32;

  private final SigningMethod method;
  private final JWSVerifier verifier;
  private final String material;
  private final @Nullable String algorithm;
  private volatile boolean trusted = true;

  private VerificationKey(
      SigningMethod method, JWSVerifier verifier, String material, @Nullable String algorithm) {
    this.method = method;
    this.verifier = verifier;
    this.material = material;
    this.algorithm = algorithm;
  }

  /** A secret, which whoever signs has too. */
  public static VerificationKey ofSecret(byte[] secret) throws BadKey {
    if (secret.length < LEAST_SECRET_BYTES) {
      throw new BadKey(
          "has %d bytes, a secret needs %d (RFC 7518, 3.2)"
              .formatted(secret.length, LEAST_SECRET_BYTES));
    }
    if (PublicKeys.isPem(secret)) {
      throw new BadKey("is a file of PEM and no secret: others may know what is in it");
    }
    try {
      return new VerificationKey(SigningMethod.HMAC, new MACVerifier(secret), "", null);
    } catch (JOSEException e) {
      throw new BadKey("is no secret for HMAC");
    }
  }

  /** A public key or a certificate, as PEM or DER. */
  public static VerificationKey ofFile(byte[] file, SigningMethod method) throws BadKey {
    VerificationKey key = of(PublicKeys.read(file), null);
    if (key.method != method) {
      throw new BadKey("is a key for %s and not for %s".formatted(key.method, method));
    }
    return key;
  }

  /**
   * A public key.
   *
   * @param algorithm the only one that it is for; null for each that fits
   */
  static VerificationKey of(PublicKey key, @Nullable String algorithm) throws BadKey {
    String material = HexFormat.of().formatHex(key.getEncoded());
    try {
      return switch (key) {
        case RSAPublicKey rsa when rsa.getModulus().bitLength() < LEAST_RSA_BITS ->
            throw new BadKey(
                "has %d bits, an RSA key needs %d"
                    .formatted(rsa.getModulus().bitLength(), LEAST_RSA_BITS));
        case RSAPublicKey rsa ->
            new VerificationKey(SigningMethod.RSA, new RSASSAVerifier(rsa), material, algorithm);
        case ECPublicKey ec ->
            new VerificationKey(SigningMethod.ECDSA, new ECDSAVerifier(ec), material, algorithm);
        case EdECPublicKey ed ->
            new VerificationKey(SigningMethod.EDDSA, new EdVerifier(ed), material, algorithm);
        default -> throw new BadKey("is of no kind that tokens are signed with");
      };
    } catch (JOSEException e) {
      throw new BadKey("is of no kind that tokens are signed with");
    }
  }

  SigningMethod method() {
    return method;
  }

  /** Whether both check the same. */
  boolean isSame(VerificationKey other) {
    return method == other.method
        && material.equals(other.material)
        && String.valueOf(algorithm).equals(String.valueOf(other.algorithm));
  }

  /** Whether tokens that it has signed still count. */
  public boolean isTrusted() {
    return trusted;
  }

  void isGone() {
    trusted = false;
  }

  /**
   * Throws unless it has signed a token, by an algorithm of its method; those of EdDSA are one by
   * two names.
   */
  void check(CompactToken token) throws BadToken {
    String named = token.header().getAlgorithm().getName();
    if (!method.has(token.header().getAlgorithm())) {
      throw new BadToken(isNotFor(named));
    }
    if (algorithm != null && method != SigningMethod.EDDSA && !algorithm.equals(named)) {
      throw BadToken.ofAnotherKey(isNotFor(named));
    }
    try {
      if (!verifier.verify(token.header(), token.signed(), token.signature())) {
        throw BadToken.ofAnotherKey("its signature is wrong");
      }
    } catch (JOSEException e) {
      throw BadToken.ofAnotherKey("it cannot be signed so by the key");
    }
  }

  private static String isNotFor(String algorithm) {
    return "it is signed by %s, for which the key is not".formatted(algorithm);
  }
}
