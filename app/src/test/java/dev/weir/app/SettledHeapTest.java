package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What lives on after a start finds pages that were used before. */
class SettledHeapTest {
  /** A MiB less than there is room made, since something that was there before may have died. */
  private static final long ROOM = 15 << 20;

  private static final Pattern OLD = Pattern.compile("(Tenured|G1 Old|PS Old) Gen");

  /** One for the old generation, all of it, and one for each of the rooms for what survives. */
  @Test
  void theOldGenerationHasOnceHeldMoreThanItHolds() {
    MemoryPoolMXBean old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> OLD.matcher(pool.getName()).matches())
            .findFirst()
            .orElseThrow();
    System.gc();
    old.resetPeakUsage();
    long before = old.getUsage().getUsed();

    long collections = collections();

    SettledHeap.settle();

    assertThat(collections()).isGreaterThanOrEqualTo(collections + 4);
    assertThat(old.getPeakUsage().getUsed()).isGreaterThanOrEqualTo(before + ROOM);
    assertThat(old.getUsage().getUsed()).isLessThan(before + ROOM / 2);
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
