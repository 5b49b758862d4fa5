package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;

/** Paths by which the control API is asked for keys, where it is not there to take them. */
final class KeyPath {
  private static final byte[] KEYS = "/tyk/keys/".getBytes(US_ASCII);
  private static final byte[] HIDDEN = "/tyk/keys/***".getBytes(US_ASCII);

  private KeyPath() {}

  /** A path without the name of a key, which may be its token; others stay the same field. */
  static HeaderField tellable(HeaderField path) {
    byte[] value = path.value();
    boolean isOfKey =
        value.length > KEYS.length && Arrays.equals(value, 0, KEYS.length, KEYS, 0, KEYS.length);
    return isOfKey ? HeaderField.of(HeaderName.PATH, HIDDEN) : path;
  }
}
