package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.jwt.BadKey;
import dev.weir.jwt.VerificationKey;
import dev.weir.model.JwtRules.Method;
import dev.weir.model.Secret;

/**
 * Who has a key whose secret signs tokens, as long as it is this secret. Its name stands in them,
 * for all to read. For all threads.
 */
final class JwtClient extends KeyOwner {
  private final Secret secret;

  JwtClient(KnownKey key, Secret secret) {
    super(key);
    this.secret = secret;
  }

  Secret secret() {
    return secret;
  }

  /**
   * What tokens of it are checked with: the secret itself, or the public key that stands in its
   * place, as PEM.
   *
   * @throws BadKey when it is none for the method
   */
  VerificationKey key(Method method) throws BadKey {
    byte[] bytes = secret.text().getBytes(UTF_8);
    return switch (method) {
      case HMAC -> VerificationKey.ofSecret(bytes);
      case RSA, ECDSA, EDDSA -> VerificationKey.ofFile(bytes, IssuedTokens.method(method));
    };
  }
}
