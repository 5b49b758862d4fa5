package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts documents: AES-256-GCM (NIST SP 800-38D), a new random nonce for each, bound to the kind
 * and the id of its record. What it makes is a byte that tells the format, the nonce, and what the
 * cipher made. Sealing is for all threads, opening for one at a time.
 */
final class SealedDocument {
  private static final byte FORMAT = 1;
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int HEAD_BYTES = 1 + NONCE_BYTES;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  /** To find a cipher and prepare its key takes longer than to decrypt a document with it. */
  private final Cipher opening = cipher();

  SealedDocument(StoreSecret secret) {
    this(new SecretKeySpec(secret.derive("documents"), "AES"));
  }

  private SealedDocument(SecretKeySpec key) {
    this.key = key;
  }

  /** The same for a second thread that opens. */
  SealedDocument forAnotherThread() {
    return new SealedDocument(key);
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance(CIPHER);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-256-GCM", e);
    }
  }

  byte[] seal(RecordKind kind, String id, String document) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] text = document.getBytes(UTF_8);
    Cipher cipher = cipher();
    try {
      begin(cipher, Cipher.ENCRYPT_MODE, nonce, kind, id);
      byte[] sealed = new byte[HEAD_BYTES + cipher.getOutputSize(text.length)];
      sealed[0] = FORMAT;
      System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
      cipher.doFinal(text, 0, text.length, sealed, HEAD_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not encrypt", e);
    }
  }

  /**
   * Decrypts what {@link #seal} made.
   *
   * @throws GeneralSecurityException when it is damaged, or of another record
   */
  String open(RecordKind kind, String id, byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < HEAD_BYTES || sealed[0] != FORMAT) {
      throw new AEADBadTagException("no sealed document");
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 1, HEAD_BYTES);
    begin(opening, Cipher.DECRYPT_MODE, nonce, kind, id);
    return new String(opening.doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES), UTF_8);
  }

  private void begin(Cipher cipher, int mode, byte[] nonce, RecordKind kind, String id)
      throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((kind.name() + " " + id).getBytes(UTF_8));
  }
}
