package dev.weir.http2;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The Huffman code of HPACK (RFC 7541, appendix B): a decoder only, since this side sends its
 * strings plain.
 *
 * <p>The input is held in a 64-bit register, first bit on top. Each step looks its top twelve bits
 * up in {@link #STEPS}, which answers with one symbol, or with two when both fit: twelve bits hold
 * any two symbols of the letters, digits and marks that headers are made of. Longer codes take
 * {@link #longCode}.
 */
final class Huffman {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, BIG_ENDIAN);

  private static final int STEP_BITS = 12;
  private static final int MAX_BITS = 30;
  private static final int SYMBOLS = 257;
  private static final int END_OF_STRING = 256;
  private static final int MALFORMED = -1;

  /** The entry of a step that begins with a code of more than twelve bits. */
  private static final int LONG_CODE = -1;

  /**
   * The code's length in bits for each symbol. That is the whole code: it is canonical, so codes
   * count up by length, then by symbol.
   */
  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, // 0x00
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, // 0x10
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, // 0x20
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, // 0x30
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // 0x40
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, // 0x50
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, // 0x60
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, // 0x70
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, // 0x80
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, // 0x90
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, // 0xa0
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, // 0xb0
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, // 0xc0
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, // 0xd0
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, // 0xe0
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, // 0xf0
    30, // end of string
  };

  /** All symbols in the order of their codes. */
  private static final short[] IN_CODE_ORDER = new short[SYMBOLS];

  /** For each length the first code, and where its symbol is in {@link #IN_CODE_ORDER}. */
  private static final int[] FIRST_CODE = new int[MAX_BITS + 2];

  private static final int[] FIRST_POSITION = new int[MAX_BITS + 2];

  /**
   * What each twelve bits stand for: the first symbol in bits 0 to 7, the second in bits 8 to 15,
   * the bits used in 16 to 23 and the number of symbols above; or {@link #LONG_CODE}.
   */
  private static final int[] STEPS = new int[1 << STEP_BITS];

  static {
    assignCodes();
    for (int bits = 0; bits < STEPS.length; bits++) {
      STEPS[bits] = step(bits);
    }
  }

  private Huffman() {}

  /** The room that {@link #decode} wants for an input of this length. */
  static int maxDecodedLength(int encodedLength) {
    return (int) (encodedLength * 8L / 5) + 2;
  }

  /**
   * Decodes a string.
   *
   * @param out has {@link #maxDecodedLength} bytes
   * @return the number of bytes decoded, or -1 if the string holds the end-of-string symbol, or
   *     does not end with at most seven one bits of padding (RFC 7541, 5.2)
   */
  static int decode(byte[] in, int offset, int length, byte[] out) {
    int end = offset + length;
    int position = offset;
    int decoded = 0;
    long bits = 0;
    int held = 0;
    while (true) {
      if (end - position >= Long.BYTES) {
        bits |= (long) LONGS.get(in, position) >>> held;
        position += (63 - held) >>> 3;
        held |= 56;
      } else {
        while (held <= 56 && position < end) {
          bits |= (in[position++] & 0xffL) << (56 - held);
          held += 8;
        }
      }
      if (held < STEP_BITS) {
        return decodeTail(bits, held, out, decoded);
      }
      do {
        int step = STEPS[(int) (bits >>> (64 - STEP_BITS))];
        if (step == LONG_CODE) {
          break;
        }
        out[decoded] = (byte) step;
        out[decoded + 1] = (byte) (step >>> 8);
        decoded += step >>> 24;
        int used = (step >>> 16) & 0xff;
        bits <<= used;
        held -= used;
      } while (held >= STEP_BITS);
      if (held >= STEP_BITS && (held >= MAX_BITS || position == end)) {
        int symbol = longCode(bits, held);
        if (symbol == MALFORMED) {
          return MALFORMED;
        }
        out[decoded++] = (byte) symbol;
        int used = LENGTHS[symbol];
        bits <<= used;
        held -= used;
      }
    }
  }

  /** Decodes what is left when fewer than twelve bits are: symbols one by one, then padding. */
  private static int decodeTail(long bits, int held, byte[] out, int decoded) {
    while (held > 0) {
      long padded = bits | (-1L >>> held);
      int step = STEPS[(int) (padded >>> (64 - STEP_BITS))];
      int symbol = step & 0xff;
      if (step == LONG_CODE || LENGTHS[symbol] > held) {
        return held < 8 && padded == -1L ? decoded : MALFORMED;
      }
      out[decoded++] = (byte) symbol;
      bits <<= LENGTHS[symbol];
      held -= LENGTHS[symbol];
    }
    return decoded;
  }

  /** The symbol of a code of any length at the top of {@code bits}, if it is whole and legal. */
  private static int longCode(long bits, int held) {
    int longest = Math.min(held, MAX_BITS);
    for (int length = STEP_BITS + 1; length <= longest; length++) {
      int code = (int) (bits >>> (64 - length));
      int position = FIRST_POSITION[length] + code - FIRST_CODE[length];
      if (position < FIRST_POSITION[length + 1]) {
        int symbol = IN_CODE_ORDER[position];
        return symbol == END_OF_STRING ? MALFORMED : symbol;
      }
    }
    return MALFORMED;
  }

  private static void assignCodes() {
    int position = 0;
    int code = 0;
    for (int length = 1; length <= MAX_BITS; length++) {
      code <<= 1;
      FIRST_CODE[length] = code;
      FIRST_POSITION[length] = position;
      for (short symbol = 0; symbol < SYMBOLS; symbol++) {
        if (LENGTHS[symbol] == length) {
          IN_CODE_ORDER[position++] = symbol;
          code++;
        }
      }
    }
    FIRST_POSITION[MAX_BITS + 1] = position;
  }

  private static int step(int bits) {
    int first = shortCode(bits, STEP_BITS);
    if (first < 0) {
      return LONG_CODE;
    }
    int used = LENGTHS[first];
    int left = STEP_BITS - used;
    int second = shortCode(bits & ((1 << left) - 1), left);
    return second < 0
        ? first | used << 16 | 1 << 24
        : first | second << 8 | (used + LENGTHS[second]) << 16 | 2 << 24;
  }

  /** The symbol whose code these {@code held} bits begin with, or -1 if it is longer than that. */
  private static int shortCode(int bits, int held) {
    for (int length = 1; length <= held; length++) {
      int position = FIRST_POSITION[length] + (bits >>> (held - length)) - FIRST_CODE[length];
      if (position < FIRST_POSITION[length + 1]) {
        return IN_CODE_ORDER[position];
      }
    }
    return -1;
  }
}
