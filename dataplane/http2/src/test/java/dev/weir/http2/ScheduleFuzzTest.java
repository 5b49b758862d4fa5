package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of two connections that talk to each other, and garbage for one. More runs with
 * {@code -Dweir.fuzz.runs=N}, other ones with {@code -Dweir.fuzz.seed=N}; a failure names its seed.
 */
class ScheduleFuzzTest {
  private static final int RUNS = Integer.getInteger("weir.fuzz.runs", 150);
  private static final long SEED = Long.getLong("weir.fuzz.seed", 1);

  @Test
  void anyScheduleKeepsItsPromises() {
    int calls = 0;
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      FuzzedPair pair = new FuzzedPair(seed);
      try {
        pair.run(1000);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
      calls += pair.calls();
    }
    assertThat(calls).isGreaterThan(RUNS * 5);
  }

  @Test
  void garbageEndsInAnOrderlyClose() {
    int closed = 0;
    for (long seed = SEED; seed < SEED + RUNS * 20L; seed++) {
      try {
        closed += playGarbage(new Random(seed), seed % 2 == 0) ? 1 : 0;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
    assertThat(closed).isBetween(RUNS * 5, RUNS * 20);
  }

  /** Whether the connection was closed by it; anything but a close is an error. */
  private static boolean playGarbage(Random random, boolean client) {
    Wire wire = client ? Wire.client() : Wire.server();
    FrameText output = new FrameText();
    try (wire) {
      if (client) {
        wire.run("open, open +end");
      }
      wire.listener.onEnd =
          stream -> {
            stream.sendHeaders(Wire.fields(":status", "200"), random.nextBoolean());
          };
      for (int i = 0; i < 30 && !wire.connection.isOver(); i++) {
        wire.receive(garbage(random, client));
        wire.writable(random.nextInt(4) > 0);
        if (random.nextBoolean()) {
          output.frames(wire.sentBytes());
        }
      }
      boolean over = wire.connection.isOver();
      assertThat(wire.isClosed()).isEqualTo(over);
      assertThat(wire.heard().stream().filter(event -> event.startsWith("closed")).count())
          .isEqualTo(over ? 1 : 0);
      output.frames(wire.sentBytes());
      assertThat(output.isBetweenFrames()).isTrue();
      return over;
    }
  }

  /** Frames that are random in every part, damaged ones, and plain noise now and then. */
  private static byte[] garbage(Random random, boolean client) {
    if (random.nextInt(50) == 0) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      return noise;
    }
    int id = random.nextInt(8);
    Frame frame =
        switch (random.nextInt(9)) {
          case 0 -> client ? Frame.response(id) : Frame.request(id);
          case 1 -> Frame.data(id, random.nextInt(700));
          case 2 -> Frame.trailers(id);
          case 3 -> Frame.settings(random.nextInt(8), random.nextInt(70_000));
          case 4 -> Frame.windowUpdate(id, random.nextInt(1 << (1 + random.nextInt(30))));
          case 5 -> Frame.reset(id, random.nextInt(15));
          case 6 -> Frame.ping(random.nextLong());
          case 7 -> Frame.continuation(id, new byte[random.nextInt(3)]);
          default -> {
            byte[] payload = new byte[random.nextInt(40)];
            random.nextBytes(payload);
            yield new Frame(random.nextInt(12), random.nextInt(64), id, payload);
          }
        };
    if (random.nextInt(4) == 0) {
      frame = frame.end();
    }
    if (random.nextInt(8) == 0) {
      frame = frame.padded(random.nextInt(20));
    }
    byte[] bytes = frame.bytes();
    if (random.nextInt(12) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
