package dev.weir.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The key schedule of TLS 1.3 for TLS_AES_128_GCM_SHA256 (RFC 8446, 7). */
final class TlsSecrets {
  static final int HASH_BYTES = 32;
  private static final int KEY_BYTES = 16;
  private static final int IV_BYTES = 12;
  private static final int TAG_BITS = 128;

  private TlsSecrets() {}

  static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] mac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** HKDF-Extract. */
  static byte[] extract(byte[] salt, byte[] input) {
    return mac(salt, input);
  }

  /** HKDF-Expand-Label, of no more bytes than a hash has. */
  static byte[] expand(byte[] secret, String label, byte[] context, int bytes) {
    byte[] full = ("tls13 " + label).getBytes(US_ASCII);
    var info = new ByteArrayOutputStream();
    info.write(0);
    info.write(bytes);
    info.write(full.length);
    info.writeBytes(full);
    info.write(context.length);
    info.writeBytes(context);
    return Arrays.copyOf(mac(secret, info.toByteArray(), new byte[] {1}), bytes);
  }

  /** Derive-Secret. */
  static byte[] derive(byte[] secret, String label, byte[] messages) {
    return expand(secret, label, hash(messages), HASH_BYTES);
  }

  /** What a Finished message or a binder has in it. */
  static byte[] finished(byte[] secret, byte[] messages) {
    return mac(expand(secret, "finished", new byte[0], HASH_BYTES), hash(messages));
  }

  /** The protection of the records that go one way. */
  static final class Records {
    private byte[] secret;
    private long number;

    Records(byte[] secret) {
      this.secret = secret;
    }

    /** What a KeyUpdate does (RFC 8446, 7.2). */
    void update() {
      secret = expand(secret, "traffic upd", new byte[0], HASH_BYTES);
      number = 0;
    }

    /** A whole record. */
    byte[] seal(int type, byte[] content) {
      byte[] inner = Arrays.copyOf(content, content.length + 1);
      inner[content.length] = (byte) type;
      byte[] header = header(inner.length + TAG_BITS / 8);
      byte[] sealed = crypt(Cipher.ENCRYPT_MODE, header, inner);
      return ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array();
    }

    /** What is in the payload of a record, the type last; zeros behind it are padding. */
    byte[] open(byte[] payload) {
      byte[] inner = crypt(Cipher.DECRYPT_MODE, header(payload.length), payload);
      int end = inner.length;
      while (inner[end - 1] == 0) {
        end--;
      }
      return Arrays.copyOf(inner, end);
    }

    private static byte[] header(int length) {
      return new byte[] {23, 3, 3, (byte) (length >> 8), (byte) length};
    }

    private byte[] crypt(int mode, byte[] header, byte[] bytes) {
      byte[] iv = expand(secret, "iv", new byte[0], IV_BYTES);
      for (int i = 0; i < Long.BYTES; i++) {
        iv[IV_BYTES - 1 - i] ^= (byte) (number >>> (8 * i));
      }
      number++;
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        var key = new SecretKeySpec(expand(secret, "key", new byte[0], KEY_BYTES), "AES");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(header);
        return cipher.doFinal(bytes);
      } catch (GeneralSecurityException e) {
        throw new AssertionError("a record that cannot be read", e);
      }
    }
  }
}
