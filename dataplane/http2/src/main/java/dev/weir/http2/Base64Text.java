package dev.weir.http2;

/**
 * The base64 of binary metadata (gRPC document "PROTOCOL-HTTP2", Custom-Metadata; RFC 4648, 4):
 * with padding or without, several values joined by commas.
 */
final class Base64Text {
  private Base64Text() {}

  static boolean isValid(byte[] text) {
    int begin = 0;
    for (int at = 0; at < text.length; at++) {
      if (text[at] == ',') {
        if (!isValue(text, begin, at)) {
          return false;
        }
        begin = at + 1;
      }
    }
    return isValue(text, begin, text.length);
  }

  private static boolean isValue(byte[] text, int begin, int end) {
    int digits = begin;
    while (digits < end && isDigit(text[digits])) {
      digits++;
    }
    int padding = digits;
    while (padding < end && text[padding] == '=') {
      padding++;
    }
    if (padding < end || ((digits - begin) & 3) == 1) {
      return false;
    }
    return digits == end || (end - digits <= 2 && ((end - begin) & 3) == 0);
  }

  private static boolean isDigit(byte b) {
    int lower = b | 0x20;
    return (lower >= 'a' && lower <= 'z') || (b >= '/' && b <= '9') || b == '+';
  }
}
