package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class KeyTableTest {

  @TempDir private Path data;

  @Test
  void itHoldsWhatAMapHolds() {
    var random = new Random(5);
    var table = new KeyTable<Integer>();
    Map<Long, Integer> map = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      long key = random.nextInt(500); // dense: runs are long, and removed places lie within
      if (random.nextInt(3) == 0) {
        table.remove(key, key);
        map.remove(key);
      } else {
        table.put(key, key, step);
        map.put(key, step);
      }
      long asked = random.nextInt(500);
      assertThat(table.find(asked, asked)).isEqualTo(map.get(asked));
      assertThat(table.size()).isEqualTo(map.size());
    }
  }

  @Test
  void bothHalvesCount() {
    var table = new KeyTable<String>();
    table.put(1, 7, "one");
    table.put(2, 7, "two");

    assertThat(table.find(1, 7)).isEqualTo("one");
    assertThat(table.find(2, 7)).isEqualTo("two");
    assertThat(table.find(3, 7)).isNull();
    assertThat(table.find(1, 8)).isNull();
    table.remove(1, 7);
    assertThat(table.find(1, 7)).isNull();
    assertThat(table.find(2, 7)).isEqualTo("two");
    table.put(0, 0, "zero");
    assertThat(table.find(0, 0)).isEqualTo("zero");
  }

  /** The value of a key is a multiple of it: another one's would not be. */
  @Test
  void readersSeeWholeEntriesWhileItGrows() throws Exception {
    var table = new KeyTable<Long>();
    var done = new AtomicBoolean();
    for (long key = 1; key <= 100; key++) {
      table.put(key, -key, key);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int seed = i;
        readers.add(threads.submit(() -> read(table, done, new Random(seed))));
      }
      try {
        for (long key = 101; key <= 60_000; key++) {
          table.put(key, -key, key);
          table.put(key, -key, 2 * key);
          if (key % 2 == 0) {
            table.remove(key, -key);
            assertThat(table.find(key, -key)).isNull();
          }
        }
      } finally {
        done.set(true);
      }
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
  }

  private static long read(KeyTable<Long> table, AtomicBoolean done, Random random) {
    long reads = 0;
    while (!done.get()) {
      long known = 1L + random.nextInt(100); // never changed
      assertThat(Objects.requireNonNull(table.find(known, -known))).isEqualTo(known);
      long key = 101L + random.nextInt(60_000);
      Long value = table.find(key, -key);
      if (value != null && value != key && value != 2 * key) {
        throw new AssertionError("of %d: %d".formatted(key, value));
      }
      reads++;
    }
    return reads;
  }

  @Test
  void aLookUpAllocatesNothing() throws Exception {
    KeyHash.Hasher hasher = new KeyHash(StoreSecret.of(data)).hasher();
    var table = new KeyTable<String>();
    byte[] token = "default5d2f0c7e1b0a4c5e9f8e7d6c5b4a3928".getBytes(UTF_8);
    hasher.hash(token, 0, token.length);
    table.put(hasher.high(), hasher.low(), "known");
    lookUp(table, hasher, token, 20_000);
    long allocated = allocatedBy(() -> lookUp(table, hasher, token, 20_000));

    // Less than one object for each.
    assertThat(allocated).as("bytes for 20,000 look-ups").isLessThan(20_000);
  }

  private static long allocatedBy(Runnable work) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void lookUp(
      KeyTable<String> table, KeyHash.Hasher hasher, byte[] token, int times) {
    for (int i = 0; i < times; i++) {
      hasher.hash(token, 0, token.length);
      assertKnown(table.find(hasher.high(), hasher.low()));
    }
  }

  private static void assertKnown(@Nullable String found) {
    if (!"known".equals(found)) {
      throw new AssertionError(found);
    }
  }

  /** Prints what the table takes, of the values only the references. */
  @Test
  @EnabledIfSystemProperty(named = "weir.store.keys", matches = "\\d+")
  void figures() {
    int keys = Integer.getInteger("weir.store.keys");
    var random = new Random(3);
    var table = new KeyTable<String>();
    long before = used();
    for (int i = 0; i < keys; i++) {
      table.put(random.nextLong(), random.nextLong(), "shared");
    }
    long after = used();
    long start = System.nanoTime();
    int found = 0;
    for (int i = 0; i < 10_000_000; i++) {
      found += table.find(random.nextLong(), i) == null ? 0 : 1;
    }
    System.out.printf(
        "%d keys: %.1f bytes each; %.0f ns for a look-up of an unknown key, %d found%n",
        table.size(), (after - before) / (double) keys, (System.nanoTime() - start) / 1e7, found);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
