package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Text of a log on its way to a file, in ASCII: the bytes themselves, since making strings of them
 * takes longer than all the rest. Grows as it has to, and keeps its room. For one thread.
 */
final class LogText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  /** The longest number has 19 digits and a sign. */
  private static final int MOST_DIGITS = 20;

  private byte[] bytes = new byte[1 << 8];
  private int length;

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  /** A copy of it. */
  byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  /** Appends a character of ASCII. */
  LogText append(char c) {
    room(1);
    bytes[length++] = (byte) c;
    return this;
  }

  /** Appends bytes that are ASCII, as they are. */
  LogText append(byte[] ascii) {
    room(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
    return this;
  }

  LogText append(long number) {
    room(MOST_DIGITS);
    if (number < 0) {
      return append(Long.toString(number).getBytes(US_ASCII));
    }
    int digits = 1;
    for (long rest = number; rest > 9; rest /= 10) {
      digits++;
    }
    return append(number, digits);
  }

  /** The last so many digits, zeros in front of them. */
  LogText append(long number, int digits) {
    room(digits);
    length += digits;
    long rest = number;
    for (int at = length - 1; at >= length - digits; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return this;
  }

  /** Appends a string of JSON. What is no UTF-8 becomes U+FFFD: no reader has to guess. */
  LogText quote(byte[] utf8) {
    return quote(utf8, 0, utf8.length);
  }

  LogText quote(byte[] utf8, int from, int end) {
    room(end - from + 2);
    int at = length;
    bytes[at++] = '"';
    for (int i = from; i < end; i++) {
      byte b = utf8[i];
      if (!isPlain(b)) {
        return quote(new String(utf8, from, end - from, UTF_8));
      }
      bytes[at++] = b;
    }
    bytes[at++] = '"';
    length = at;
    return this;
  }

  /** Appends a string of JSON. */
  LogText quote(String text) {
    append('"');
    for (int i = 0; i < text.length(); i++) {
      escape(text.charAt(i));
    }
    return append('"');
  }

  private void escape(char c) {
    if (isPlain(c)) {
      append(c);
    } else if (c == '"' || c == '\\') {
      append('\\').append(c);
    } else {
      append('\\').append('u');
      for (int shift = 12; shift >= 0; shift -= 4) {
        append((char) HEX[c >> shift & 0xf]);
      }
    }
  }

  private static boolean isPlain(int c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length + more);
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, US_ASCII);
  }
}
