package dev.weir.http2;

import java.util.Arrays;
import java.util.Random;

/**
 * Decisions read from an input, so that a change of one of its bytes changes one decision; behind
 * its end they are random, by a seed that the input makes. Payload takes no decisions.
 */
final class DecisionBytes extends Random {
  private static final long serialVersionUID = 1;

  private final byte[] input;
  private int at;

  DecisionBytes(byte[] input) {
    super(Arrays.hashCode(input));
    this.input = input.clone();
  }

  @Override
  public int nextInt(int bound) {
    if (at >= input.length) {
      return super.nextInt(bound);
    }
    int octets = bound <= 1 << 8 ? 1 : bound <= 1 << 16 ? 2 : 3;
    return (int) (take(octets) % bound);
  }

  @Override
  protected int next(int bits) {
    return at >= input.length
        ? super.next(bits)
        : (int) take((bits + 7) / 8) & (-1 >>> (32 - bits));
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (at + i * 7);
    }
  }

  private long take(int octets) {
    long value = 0;
    for (int i = 0; i < octets; i++) {
      value = value << 8 | (at < input.length ? input[at++] & 0xff : 0);
    }
    return value;
  }
}
