package dev.weir.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes inputs of other inputs, as its {@link Random} decides. */
final class Mutator {
  private static final int MOST_BYTES = 1 << 16;
  private static final int[] ODD_BYTES = {0, 1, 0x7f, 0x80, 0xff, ' ', '\r', '\n', '%', '/', ':'};

  private final Random random;
  private final List<byte[]> inputs;

  /**
   * @param inputs to begin with; with none, inputs begin empty
   */
  Mutator(Random random, List<byte[]> inputs) {
    this.random = random;
    this.inputs = inputs;
  }

  /** One of the inputs, changed in a few places. */
  byte[] next() {
    byte[] input = any();
    for (int changes = 1 + random.nextInt(1 + random.nextInt(8)); changes > 0; changes--) {
      input = changed(input);
    }
    return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
  }

  private byte[] any() {
    return inputs.isEmpty() ? new byte[0] : inputs.get(random.nextInt(inputs.size()));
  }

  private byte[] changed(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int length = Math.min(random.nextInt(1 + random.nextInt(64)), input.length - at);
    return switch (random.nextInt(10)) {
      case 0 -> replaced(input, at, 0, noise());
      case 1 -> replaced(input, at, length, noise());
      case 2 -> replaced(input, at, length, new byte[0]);
      case 3 -> replaced(input, random.nextInt(input.length + 1), 0, piece(input, at, length));
      case 4 -> replaced(input, at, length, pieceOf(any()));
      case 5 -> replaced(input, at, input.length - at, pieceOf(any()));
      case 6, 7 -> withBit(input, at);
      default -> withByte(input, at);
    };
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(1 + random.nextInt(16))];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] pieceOf(byte[] other) {
    int at = random.nextInt(other.length + 1);
    return piece(other, at, random.nextInt(other.length - at + 1));
  }

  private static byte[] piece(byte[] from, int at, int length) {
    return Arrays.copyOfRange(from, at, at + length);
  }

  private static byte[] replaced(byte[] input, int at, int length, byte[] by) {
    byte[] out = Arrays.copyOf(input, input.length - length + by.length);
    System.arraycopy(by, 0, out, at, by.length);
    int rest = at + length;
    System.arraycopy(input, rest, out, at + by.length, input.length - rest);
    return out;
  }

  private byte[] withBit(byte[] input, int at) {
    byte[] out = input.clone();
    if (at < out.length) {
      out[at] ^= (byte) (1 << random.nextInt(8));
    }
    return out;
  }

  /** An odd value, a neighbour of the present one, or any. */
  private byte[] withByte(byte[] input, int at) {
    byte[] out = input.clone();
    if (at < out.length) {
      out[at] =
          (byte)
              switch (random.nextInt(3)) {
                case 0 -> ODD_BYTES[random.nextInt(ODD_BYTES.length)];
                case 1 -> out[at] + random.nextInt(-16, 17);
                default -> random.nextInt(256);
              };
    }
    return out;
  }
}
