package dev.weir.engine;

import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;

/** Paths without their beginning. */
final class CutPath {
  private CutPath() {}

  /** A path without some of its first bytes, with a slash in front; the same field without none. */
  static HeaderField of(HeaderField path, int bytes) {
    if (bytes == 0) {
      return path;
    }
    byte[] whole = path.value();
    int from = Math.min(bytes, whole.length);
    if (from < whole.length && whole[from] == '/') {
      return HeaderField.of(HeaderName.PATH, Arrays.copyOfRange(whole, from, whole.length));
    }
    byte[] rest = new byte[whole.length - from + 1];
    rest[0] = '/';
    System.arraycopy(whole, from, rest, 1, whole.length - from);
    return HeaderField.of(HeaderName.PATH, rest);
  }
}
