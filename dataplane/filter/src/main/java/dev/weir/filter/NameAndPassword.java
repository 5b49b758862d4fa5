package dev.weir.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a user shows: {@code Basic} and the base64 of a name, a colon and a password (RFC 7617, 2).
 * Whatever stands behind the first colon is the password, other colons too. For all threads.
 */
public final class NameAndPassword {
  private static final byte[] SCHEME = {'b', 'a', 's', 'i', 'c', ' '};

  private final byte[] pair;
  private final int colon;

  private NameAndPassword(byte[] pair, int colon) {
    this.pair = pair;
    this.colon = colon;
  }

  /** Whether a field's value is meant to be one, in any case of the scheme's letters. */
  public static boolean isScheme(byte[] value) {
    if (value.length < SCHEME.length) {
      return false;
    }
    for (int i = 0; i < SCHEME.length; i++) {
      if ((value[i] | (SCHEME[i] == ' ' ? 0 : 0x20)) != SCHEME[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads the value of a field; null where it is none. */
  public static @Nullable NameAndPassword of(byte[] value) {
    if (!isScheme(value)) {
      return null;
    }
    int from = SCHEME.length;
    while (from < value.length && value[from] == ' ') {
      from++;
    }
    try {
      byte[] pair = Base64.getDecoder().decode(Arrays.copyOfRange(value, from, value.length));
      int colon = 0;
      while (colon < pair.length && pair[colon] != ':') {
        colon++;
      }
      return colon == pair.length ? null : new NameAndPassword(pair, colon);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Both with the colon, in the bytes that were sent; read only. */
  public byte[] pair() {
    return pair;
  }

  /** How many bytes of the pair are the name. */
  public int nameBytes() {
    return colon;
  }

  /** The name for people to read. */
  public String name() {
    return new String(pair, 0, colon, UTF_8);
  }

  /** A copy of the password's bytes. */
  public byte[] password() {
    return Arrays.copyOfRange(pair, colon + 1, pair.length);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "user " + name();
  }
}
