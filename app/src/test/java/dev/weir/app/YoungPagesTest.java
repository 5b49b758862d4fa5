package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What survives the first collections after a start finds pages that were used before. */
class YoungPagesTest {
  @Test
  void bothRoomsForSurvivorsHaveBeenUsed() {
    long before = collections();

    YoungPages.take();

    assertThat(collections()).isGreaterThanOrEqualTo(before + 2);
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
