package dev.weir.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a store is encrypted with: AES-256-GCM (NIST SP 800-38D), a new nonce for each text. A
 * sealed text is a mark of this format, a mark of the key, the nonce, and what the cipher made.
 */
final class StoreKey {
  private static final byte[] FORMAT = "WEIRC1".getBytes(UTF_8);
  private static final byte[] MARK_OF = "weir certificate store".getBytes(UTF_8);
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int MARK_BYTES = 8;
  private static final int NONCE_BYTES = 12;
  private static final int HEAD_BYTES = FORMAT.length + MARK_BYTES + NONCE_BYTES;
  private static final int TAG_BITS = 128;
  private static final int SALT_BYTES = 16;

  /** As OWASP has it for PBKDF2 with HMAC-SHA-256. */
  private static final int ROUNDS = 600_000;

  private static final String SECRET = "security.private_certificate_encoding_secret";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;
  private final byte[] mark;
  private final String origin;

  private StoreKey(byte[] key, String origin) {
    this.key = new SecretKeySpec(key, "AES");
    this.mark = mark(key);
    this.origin = origin;
  }

  /**
   * A key made of a secret text.
   *
   * @param saltFile made for the first certificate
   */
  static StoreKey ofSecret(String secret, Path saltFile, boolean first)
      throws IOException, BadCertificate {
    byte[] salt =
        readOrMake(
            saltFile,
            SALT_BYTES,
            first,
            "unset " + SECRET + " if the store was made without it, else bring the file back");
    try {
      var spec = new PBEKeySpec(secret.toCharArray(), salt, ROUNDS, KEY_BYTES * Byte.SIZE);
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return new StoreKey(key, SECRET);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no PBKDF2", e);
    }
  }

  /** The key in a file, which is made for the first certificate. */
  static StoreKey ofFile(Path file, boolean first) throws IOException, BadCertificate {
    String missed = "set " + SECRET + " if the store was made with it, else bring the file back";
    return new StoreKey(readOrMake(file, KEY_BYTES, first, missed), file.toString());
  }

  /** Refuses what others may read. */
  static void refuse(@Nullable String exposure) throws BadCertificate {
    if (exposure != null) {
      throw new BadCertificate(exposure);
    }
  }

  /**
   * @param first the store is empty
   * @param missed what to do where the file of a store that is not empty is not there
   */
  private static byte[] readOrMake(Path file, int bytes, boolean first, String missed)
      throws IOException, BadCertificate {
    if (!first && !Files.exists(file)) {
      throw new BadCertificate(
          "there is no %s, without which the store cannot be decrypted, %s"
              .formatted(file, missed));
    }
    if (first && !Files.exists(file)) {
      byte[] made = new byte[bytes];
      RANDOM.nextBytes(made);
      DurableFile.writeNew(file, (HexFormat.of().formatHex(made) + "\n").getBytes(UTF_8));
    }
    refuse(DurableFile.exposure(file, "chmod 600"));
    DurableFile.removeTwins(file);
    String text = Files.readString(file).strip();
    if (!text.matches("[0-9a-f]{" + 2 * bytes + "}")) {
      throw new BadCertificate(
          "%s is not the file that was made for the store, which holds %d hexadecimal digits"
              .formatted(file, 2 * bytes));
    }
    return HexFormat.of().parseHex(text);
  }

  /** Tells keys apart without telling the key. */
  private static byte[] mark(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Arrays.copyOf(mac.doFinal(MARK_OF), MARK_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC", e);
    }
  }

  /**
   * Encrypts a text.
   *
   * @param name what it is; opens under this name only
   */
  byte[] seal(String name, byte[] text) {
    byte[] sealed = Arrays.copyOf(FORMAT, HEAD_BYTES);
    System.arraycopy(mark, 0, sealed, FORMAT.length, MARK_BYTES);
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    System.arraycopy(nonce, 0, sealed, FORMAT.length + MARK_BYTES, NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, name);
      byte[] whole = Arrays.copyOf(sealed, HEAD_BYTES + cipher.getOutputSize(text.length));
      cipher.doFinal(text, 0, text.length, whole, HEAD_BYTES);
      return whole;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-256-GCM", e);
    }
  }

  /**
   * Decrypts what {@link #seal} made.
   *
   * @throws BadCertificate when it was sealed with another key, or is damaged
   */
  byte[] open(String name, byte[] sealed) throws BadCertificate {
    if (sealed.length < HEAD_BYTES
        || !Arrays.equals(sealed, 0, FORMAT.length, FORMAT, 0, FORMAT.length)) {
      throw new BadCertificate("is damaged, put it back from a backup or add the certificate anew");
    }
    int nonceAt = FORMAT.length + MARK_BYTES;
    if (!MessageDigest.isEqual(mark, Arrays.copyOfRange(sealed, FORMAT.length, nonceAt))) {
      throw new BadCertificate(
          "was encrypted with another key than that of %s, bring that one back or add the certificate anew"
              .formatted(origin));
    }
    try {
      byte[] nonce = Arrays.copyOfRange(sealed, nonceAt, HEAD_BYTES);
      return cipher(Cipher.DECRYPT_MODE, nonce, name)
          .doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES);
    } catch (GeneralSecurityException e) {
      throw new BadCertificate(
          "is damaged, put it back from a backup or add the certificate anew", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(UTF_8));
    return cipher;
  }
}
