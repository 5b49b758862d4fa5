package dev.weir.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The bytes that one side of a call sends: a part of a long random text that all share, so that
 * nothing is copied to make one and bytes of another call are hardly ever the same.
 */
record Payload(int from, int length) {
  private static final int LONGEST = 200 << 10;
  private static final byte[] TEXT = text();

  /** Mostly small, rarely as long as allowed. */
  static Payload random(SplittableRandom random, int longest) {
    int limit =
        switch (random.nextInt(20)) {
          case 0 -> LONGEST;
          case 1, 2, 3 -> 20_000;
          case 4, 5, 6, 7, 8 -> 3000;
          default -> 100;
        };
    int length = random.nextInt(Math.min(Math.min(limit, longest), LONGEST) + 1);
    return new Payload(random.nextInt(TEXT.length - length), length);
  }

  byte[] bytes() {
    return TEXT;
  }

  /** Whether the bytes that came are those that stand at that place. */
  boolean has(int at, Pipe pipe, int offset, int count) {
    int there = pipe.from() + offset;
    return at + count <= length
        && Arrays.equals(TEXT, from + at, from + at + count, pipe.bytes(), there, there + count);
  }

  private static byte[] text() {
    byte[] text = new byte[3 * LONGEST];
    new SplittableRandom(4).nextBytes(text);
    return text;
  }
}
