package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * Text of a log on its way to a file, in ASCII: the bytes themselves, since making strings of them
 * takes longer than all the rest. Grows as it has to, and keeps its room. For one thread.
 */
final class LogText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  /** All numbers of two digits, one after the other. */
  private static final byte[] PAIRS = pairs();

  private byte[] bytes = new byte[1 << 8];
  private int length;

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  /** A copy of what comes after the first so many bytes. */
  byte[] bytes(int from) {
    return Arrays.copyOfRange(bytes, from, length);
  }

  /**
   * Writes all of it.
   *
   * @param room outside the heap, where the system takes it from; what is in it is lost
   */
  void writeTo(WritableByteChannel out, ByteBuffer room) throws IOException {
    for (int from = 0; from < length; from += room.limit()) {
      room.clear();
      room.put(bytes, from, Math.min(room.capacity(), length - from)).flip();
      while (room.hasRemaining()) {
        if (out.write(room) == 0) {
          // Of a pipe that never waits for its reader.
          throw new IOException("it takes nothing now");
        }
      }
    }
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
    if (number < 0) {
      return append(Long.toString(number).getBytes(US_ASCII));
    }
    int digits = 1;
    for (long least = 10; least > 0 && least <= number; least *= 10) {
      digits++;
    }
    return append(number, digits);
  }

  /** The last so many digits, zeros in front of them. */
  LogText append(long number, int digits) {
    room(digits);
    long rest = number;
    int at = length + digits;
    for (; at > length + 1; rest /= 100) {
      int pair = 2 * (int) (rest % 100);
      bytes[--at] = PAIRS[pair + 1];
      bytes[--at] = PAIRS[pair];
    }
    if (at > length) {
      bytes[length] = (byte) ('0' + rest % 10);
    }
    length += digits;
    return this;
  }

  /** Appends a string of JSON. What is no UTF-8 becomes U+FFFD: no reader has to guess. */
  LogText quote(byte[] utf8) {
    return quote(utf8, 0, utf8.length);
  }

  LogText quote(byte[] utf8, int from, int end) {
    return append('"').endQuote(utf8, from, end);
  }

  /** Appends the rest of a string of JSON, with the quote behind it. */
  LogText endQuote(byte[] utf8, int from, int end) {
    room(end - from + 1);
    int at = length;
    for (int i = from; i < end; i++) {
      byte b = utf8[i];
      if (!isPlain(b)) {
        return endQuote(new String(utf8, from, end - from, UTF_8));
      }
      bytes[at++] = b;
    }
    bytes[at++] = '"';
    length = at;
    return this;
  }

  /** Appends a string of JSON. */
  LogText quote(String text) {
    return append('"').endQuote(text);
  }

  private LogText endQuote(String text) {
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
