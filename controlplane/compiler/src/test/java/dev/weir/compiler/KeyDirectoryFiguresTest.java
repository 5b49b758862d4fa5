package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.KeyReader;
import dev.weir.store.Condition;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Prints what many keys take: {@code -Dweir.directory.keys=1000000}, some minutes. */
@EnabledIfSystemProperty(named = "weir.directory.keys", matches = "\\d+")
class KeyDirectoryFiguresTest {
  private static final int AT_ONCE = 512;
  private static final int KINDS = 100;
  private static final int LOOK_UPS = 1_000_000;

  private final int keys = Integer.getInteger("weir.directory.keys");

  @Test
  void figures(@TempDir Path data) throws Exception {
    try (KeyVault vault = new KeyVault(data)) {
      System.out.printf("%d keys made in %.1f s%n", keys, seconds(() -> fill(vault.open())));
    }
    long before = used();
    try (KeyVault vault = new KeyVault(data)) {
      KeyDirectory directory = new KeyDirectory(vault, new KeyReader(false), Matching.TYK);
      long cpu = cpu();
      double seconds = seconds(directory::ready);
      System.out.printf(
          "known in %.1f s with %.1f s of CPU, %.0f bytes each%n",
          seconds, (cpu() - cpu) / 1e9, (used() - before) / (double) keys);
      assertThat(directory.size()).isEqualTo(keys);
      IdentityLookup lookup = directory.lookup();
      look(lookup);
      long allocated = allocated();
      double nanos = seconds(() -> look(lookup)) * 1e9 / LOOK_UPS;
      System.out.printf(
          "%.0f ns and %.1f bytes for a look-up%n",
          nanos, (allocated() - allocated) / (double) LOOK_UPS);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private void fill(KeyVault.Open open) throws Exception {
    var room = new Semaphore(AT_ONCE);
    var failed = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < keys; i++) {
        int key = i;
        room.acquire();
        threads.execute(() -> {
          try {
            String id = open.hash().of("acme-" + key);
            open.store().put(RecordKind.KEY, id, document(key), Condition.any());
          } catch (Exception e) {
            failed.incrementAndGet();
          } finally {
            room.release();
          }
        });
      }
    }
    assertThat(failed).hasValue(0);
  }

  /** As Tyk's control API writes them. */
  private static String document(int key) {
    return """
    {"alias":"key %d","org_id":"acme","rate":%d,"per":60,"quota_max":-1,"expires":%d,\
    "date_created":"2026-01-01T00:00:00Z","last_updated":"%d","access_rights":{"api-%d":\
    {"api_id":"api-%d","api_name":"api","versions":["Default"],"allowed_urls":\
    [{"url":"/pkg.Service/*","methods":["POST"]}]}}}\
    """
        .formatted(key, 10 + key % KINDS, 4_000_000_000L + key, key, key % KINDS, key % KINDS);
  }

  /** Tokens are written into one array, so that only the look-ups are counted. */
  private void look(IdentityLookup lookup) {
    byte[] token = "acme-0000000".getBytes(UTF_8);
    byte[] nobody = {};
    for (int i = 0; i < LOOK_UPS; i++) {
      int length = write(token, i % keys);
      if (lookup.find(nobody, token, 0, length) == null) {
        throw new AssertionError(new String(token, 0, length, UTF_8));
      }
    }
  }

  private static int write(byte[] token, int key) {
    int digits = 1;
    for (int rest = key; rest > 9; rest /= 10) {
      digits++;
    }
    int rest = key;
    for (int at = 4 + digits; at > 4; at--) {
      token[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return 5 + digits;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** Nanoseconds, of all threads. */
  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
