package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AccessLogTest {
  private static final long TEN_MILLIS = 10_000_000;

  private static long[] pauses(long first, int calls) {
    return LongStream.iterate(first, before -> AccessLog.pause(before, calls)).limit(20).toArray();
  }

  @Test
  void aLookComesSoonerWhileThereIsMuchToWrite() {
    assertThat(pauses(TEN_MILLIS, 0)).containsOnly(TEN_MILLIS);
    assertThat(pauses(TEN_MILLIS, 5_000))
        .startsWith(TEN_MILLIS, TEN_MILLIS / 2, TEN_MILLIS / 4)
        .endsWith(100_000);
    assertThat(pauses(100_000, 500)).startsWith(100_000, 200_000).endsWith(TEN_MILLIS);
  }
}
