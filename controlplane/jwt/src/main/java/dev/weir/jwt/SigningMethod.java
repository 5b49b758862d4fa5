package dev.weir.jwt;

import com.nimbusds.jose.Algorithm;
import org.jspecify.annotations.Nullable;

/**
 * How the tokens of an API are signed. It is the API that says so, and never a token, which may
 * only choose among the algorithms of the one method (RFC 8725, 3.1).
 */
public enum SigningMethod {
  /** With a secret that both sides have. */
  HMAC,
  /** With both paddings, as in Tyk. */
  RSA,
  /** The curve of the key decides which algorithm it is. */
  ECDSA,
  /** Ed25519, by its old name and its new one (RFC 9864). */
  EDDSA;

  boolean has(Algorithm algorithm) {
    return of(algorithm.getName()) == this;
  }

  private static @Nullable SigningMethod of(String algorithm) {
    return switch (algorithm) {
      case "HS256", "HS384", "HS512" -> HMAC;
      case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512" -> RSA;
      case "ES256", "ES384", "ES512" -> ECDSA;
      case "EdDSA", "Ed25519" -> EDDSA;
      default -> null;
    };
  }
}
