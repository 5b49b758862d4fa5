package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What stands for a token wherever tokens are kept: HMAC-SHA-256 of it, with a key that comes from
 * the secret of the store. Who has the files but not the secret cannot even try guessed tokens. The
 * same token has the same hash, so that it is found by it, without a comparison that takes longer
 * the more of it is right. For all threads.
 */
public final class KeyHash {
  private static final int LONG_DIGITS = 2 * Long.BYTES;
  private static final int HASH_DIGITS = 64;

  private final byte[] key;
  private final byte[] imports;

  /** The hash of one store. */
  public KeyHash(StoreSecret secret) {
    this.key = secret.derive("tokens");
    this.imports = secret.derive("imported hashes");
  }

  /** 64 hexadecimal digits. */
  public String of(String token) {
    return of(token.getBytes(UTF_8));
  }

  /** The same of a token in bytes. */
  public String of(byte[] token) {
    return HexFormat.of().formatHex(StoreSecret.mac(key).doFinal(token));
  }

  /**
   * What stands for a token of which nothing is known but what Tyk keeps of it, 64 hexadecimal
   * digits as well: with another key, so that what Tyk keeps is no token.
   */
  public String of(TykHash imported) {
    byte[] text = imported.toString().getBytes(UTF_8);
    return HexFormat.of().formatHex(StoreSecret.mac(imports).doFinal(text));
  }

  /** The same for a thread that hashes often. */
  public Hasher hasher() {
    return new Hasher(key);
  }

  /** Whether an id is such a hash, as {@link #of} writes it. */
  public static boolean is(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (!isDigit(id.charAt(i))) {
        return false;
      }
    }
    return id.length() == HASH_DIGITS;
  }

  /** Of two ids that differ in case only one is a hash: both would be the same key. */
  private static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /** The first 64 bits of a hash that is written in digits. */
  static long high(String hash) {
    return HexFormat.fromHexDigitsToLong(hash, 0, LONG_DIGITS);
  }

  /** The next 64 bits. */
  static long low(String hash) {
    return HexFormat.fromHexDigitsToLong(hash, LONG_DIGITS, 2 * LONG_DIGITS);
  }

  /**
   * Hashes tokens without allocating: HMAC by its definition (RFC 2104, 2), since {@code
   * javax.crypto.Mac} makes an array for each. For one thread.
   */
  public static final class Hasher {
    private static final int BLOCK_BYTES = 64;
    private static final int HASH_BYTES = 32;

    private final byte[] inner;
    private final byte[] outer;
    private final byte[] hash = new byte[HASH_BYTES];
    private final MessageDigest digest;

    private Hasher(byte[] key) {
      this.inner = pad(key, (byte) 0x36);
      this.outer = pad(key, (byte) 0x5c);
      try {
        this.digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    /** A key is not longer than a block. */
    private static byte[] pad(byte[] key, byte with) {
      byte[] padded = new byte[BLOCK_BYTES];
      for (int i = 0; i < BLOCK_BYTES; i++) {
        padded[i] = (byte) ((i < key.length ? key[i] : 0) ^ with);
      }
      return padded;
    }

    /** Hashes a token of ASCII or UTF-8; then {@link #high} and {@link #low} tell of it. */
    public void hash(byte[] token, int offset, int length) {
      try {
        digest.update(inner);
        digest.update(token, offset, length);
        digest.digest(hash, 0, HASH_BYTES);
        digest.update(outer);
        digest.update(hash);
        digest.digest(hash, 0, HASH_BYTES);
      } catch (DigestException e) {
        throw new IllegalStateException("SHA-256 has 32 bytes", e);
      }
    }

    /** The first 64 bits. */
    public long high() {
      return word(0);
    }

    /** The next 64 bits. */
    public long low() {
      return word(Long.BYTES);
    }

    private long word(int at) {
      long word = 0;
      for (int i = at; i < at + Long.BYTES; i++) {
        word = (word << Byte.SIZE) | (hash[i] & 0xff);
      }
      return word;
    }
  }
}
