package dev.weir.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be a key. */
class VerificationKeyTest {

  private static KeyPair pair(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (bits > 0) {
      generator.initialize(bits);
    }
    return generator.generateKeyPair();
  }

  private static byte[] pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label)
        .getBytes(US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048,RSA", "EC,256,ECDSA", "EC,521,ECDSA", "Ed25519,0,EDDSA"})
  void publicKeysArePemOrDer(String algorithm, int bits, SigningMethod method) throws Exception {
    byte[] der = pair(algorithm, bits).getPublic().getEncoded();
    assertThat(VerificationKey.ofFile(der, method).method()).isEqualTo(method);
    assertThat(VerificationKey.ofFile(pem("PUBLIC KEY", der), method).method()).isEqualTo(method);
    for (SigningMethod other : SigningMethod.values()) {
      if (other != method) {
        assertThatThrownBy(() -> VerificationKey.ofFile(der, other))
            .isInstanceOf(BadKey.class)
            .hasMessage("is a key for %s and not for %s".formatted(method, other));
      }
    }
  }

  @Test
  void whatIsNoneIsRefusedWithWords() throws Exception {
    KeyPair rsa = pair("RSA", 2048);
    assertThatThrownBy(() ->
            VerificationKey.ofFile(
                pem("PRIVATE KEY", rsa.getPrivate().getEncoded()), SigningMethod.RSA))
        .hasMessageStartingWith("is a private key");
    byte[] small = pair("RSA", 1024).getPublic().getEncoded();
    assertThatThrownBy(() -> VerificationKey.ofFile(small, SigningMethod.RSA))
        .hasMessage("has 1024 bits, an RSA key needs 2048");
    assertThatThrownBy(() -> VerificationKey.ofFile("secret".getBytes(US_ASCII), SigningMethod.RSA))
        .hasMessage("is neither a public key nor a certificate");
    byte[] cut = pem("PUBLIC KEY", new byte[8]);
    assertThatThrownBy(() -> VerificationKey.ofFile(cut, SigningMethod.RSA))
        .isInstanceOf(BadKey.class);
    assertThatThrownBy(
            () -> VerificationKey.ofFile("-----BEGIN X".getBytes(US_ASCII), SigningMethod.RSA))
        .hasMessage("is broken PEM");
  }

  @Test
  void aSecretIsLongAndNothingThatOthersKnow() throws Exception {
    assertThat(VerificationKey.ofSecret(new byte[32]).method()).isEqualTo(SigningMethod.HMAC);
    assertThatThrownBy(() -> VerificationKey.ofSecret(new byte[31]))
        .hasMessage("has 31 bytes, a secret needs 32 (RFC 7518, 3.2)");
    byte[] file = pem("PUBLIC KEY", pair("EC", 256).getPublic().getEncoded());
    assertThatThrownBy(() -> VerificationKey.ofSecret(file))
        .hasMessageStartingWith("is a file of PEM");
  }
}
