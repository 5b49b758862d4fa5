package dev.weir.http2;

import java.util.Arrays;

/**
 * What the values of pseudo-fields are made of (RFC 9113, 8.3.1). A value that would have to be
 * decoded before it can be compared is none: what is routed and what is forwarded are the same
 * bytes.
 */
final class PseudoFieldRules {
  /** The longest registered method has 17 letters. */
  private static final int MAX_METHOD = 32;

  private static final int MAX_PORT = 65535;
  private static final byte[] CONNECT = {'C', 'O', 'N', 'N', 'E', 'C', 'T'};
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
  private static final String SCHEME_MARKS = "+-.";

  /**
   * Unreserved characters and sub-delims (RFC 3986, 3.2.2); no percent, for it has to be decoded.
   */
  private static final String HOST_MARKS = "-._~!$&'()*+,;=";

  private PseudoFieldRules() {}

  /** Whether this is a value for that field. Empty ones are left to the rules of heads. */
  static boolean isValue(HeaderName name, byte[] value) {
    if (value.length == 0) {
      return true;
    }
    if (name == HeaderName.METHOD) {
      return isMethod(value);
    }
    if (name == HeaderName.SCHEME) {
      return isLetter(value[0]) && isMadeOf(value, SCHEME_MARKS);
    }
    return name == HeaderName.AUTHORITY ? isAuthority(value) : isVisible(value);
  }

  /** A token (RFC 9110, 9.1); tunnels are not offered (RFC 9113, 8.5). */
  private static boolean isMethod(byte[] value) {
    return value.length <= MAX_METHOD
        && isMadeOf(value, TOKEN_MARKS)
        && !Arrays.equals(value, CONNECT);
  }

  /** A host and perhaps a port, without user information (RFC 9113, 8.3.1; RFC 3986, 3.2). */
  static boolean isAuthority(byte[] value) {
    int colon = value[0] == '[' ? endOfAddress(value) : endOfName(value);
    return colon > 0
        && (colon == value.length || (value[colon] == ':' && isPort(value, colon + 1)));
  }

  private static int endOfName(byte[] value) {
    int at = 0;
    while (at < value.length && (isAlphanumeric(value[at]) || HOST_MARKS.indexOf(value[at]) >= 0)) {
      at++;
    }
    return at;
  }

  /** Behind the bracket that ends an IPv6 address; 0 if there is none. */
  private static int endOfAddress(byte[] value) {
    int at = 1;
    while (at < value.length && (isHex(value[at]) || value[at] == ':' || value[at] == '.')) {
      at++;
    }
    return at > 1 && at < value.length && value[at] == ']' ? at + 1 : 0;
  }

  private static boolean isPort(byte[] value, int from) {
    int port = 0;
    for (int i = from; i < value.length; i++) {
      if (!isDigit(value[i])) {
        return false;
      }
      port = port * 10 + value[i] - '0';
      if (port > MAX_PORT) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMadeOf(byte[] value, String marks) {
    for (byte b : value) {
      if (!isAlphanumeric(b) && marks.indexOf(b) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Neither blanks nor control characters; bytes beyond ASCII are left to who reads them. */
  private static boolean isVisible(byte[] value) {
    for (byte b : value) {
      if ((b >= 0 && b <= ' ') || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(byte b) {
    return isLetter(b) || isDigit(b);
  }

  private static boolean isLetter(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isHex(byte b) {
    int lower = b | 0x20;
    return isDigit(b) || (lower >= 'a' && lower <= 'f');
  }
}
