package dev.weir.certificates;

import java.io.IOException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Private keys that are encrypted: PKCS #8 (RFC 8018, 6.2), and as OpenSSL did before it. */
final class EncryptedKey {
  private static final String SETTING = "weir.private_key_passphrase";

  private EncryptedKey() {}

  /**
   * Opens a key.
   *
   * @param encrypted a {@link PKCS8EncryptedPrivateKeyInfo} or a {@link PEMEncryptedKeyPair}
   * @param source what to call its file in messages
   */
  static PrivateKeyInfo open(Passphrase passphrase, Object encrypted, Object source)
      throws BadCertificate {
    if (passphrase.text().isEmpty()) {
      throw new BadCertificate(
          "the key in %s is encrypted, and there is no passphrase for it in %s"
              .formatted(source, SETTING));
    }
    try {
      return open(passphrase.text().toCharArray(), encrypted);
    } catch (IOException | OperatorCreationException | PKCSException e) {
      throw new BadCertificate(
          "the passphrase in %s is not that of the key in %s".formatted(SETTING, source), e);
    }
  }

  /** By Bouncy Castle itself, which need not be known to Java for this. */
  private static PrivateKeyInfo open(char[] passphrase, Object encrypted)
      throws IOException, OperatorCreationException, PKCSException {
    var provider = new BouncyCastleProvider();
    return encrypted instanceof PEMEncryptedKeyPair pair
        ? pair.decryptKeyPair(
                new JcePEMDecryptorProviderBuilder().setProvider(provider).build(passphrase))
            .getPrivateKeyInfo()
        : ((PKCS8EncryptedPrivateKeyInfo) encrypted)
            .decryptPrivateKeyInfo(
                new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    .setProvider(provider)
                    .build(passphrase));
  }
}
