package dev.weir.store;

import static dev.weir.store.RecordKind.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes is killed at random moments, again and again, on one store. For a longer
 * run: {@code -Dweir.store.crashes=500}.
 */
class StoreCrashTest {
  private static final int ROUNDS = Integer.getInteger("weir.store.crashes", 20);
  private static final int MOST_LINES = 1_000;
  private static final int MOST_MILLIS = 600;

  @TempDir private Path data;

  private final Random random = new Random(7);
  private final Set<String> written = new HashSet<>();
  private final Set<String> deleted = new HashSet<>();
  private final Map<String, Integer> counters = new HashMap<>();

  @Test
  void nothingThatWasAcknowledgedIsLost() throws Exception {
    long slowest = 0;
    for (int round = 0; round < ROUNDS; round++) {
      killOne("r" + round);
      long before = System.nanoTime();
      try (Store store = SqliteStore.open(data, StoreSecret.of(data))) {
        slowest = Math.max(slowest, System.nanoTime() - before);
        check(store);
      }
    }
    System.out.printf(
        "%d kills, %d records and %d deletions acknowledged, slowest opening %d ms%n",
        ROUNDS, written.size(), deleted.size(), slowest / 1_000_000);
    assertThat(deleted).hasSizeGreaterThan(ROUNDS);
  }

  private void killOne(String prefix) throws Exception {
    try (StoreProcess process = StoreProcess.start(data, prefix)) {
      if (random.nextInt(4) == 0) {
        process.awaitEnd(random.nextInt(MOST_MILLIS)); // perhaps it has not even opened the store
      } else {
        int lines = random.nextInt(MOST_LINES);
        for (int i = 0; i < lines; i++) {
          note(Objects.requireNonNull(process.readLine()));
        }
      }
      process.kill();
      // What it had said before it was killed is in the pipe.
      for (String line = process.readLine(); line != null; line = process.readLine()) {
        note(line);
      }
    }
  }

  private void note(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "ready" -> {}
      case "+" -> written.add(words[1]);
      case "~" -> written.remove(words[1]); // from now on it may be there or not
      case "-" -> deleted.add(words[1]);
      case "#" -> counters.put(words[1], Integer.valueOf(words[2]));
      default -> throw new IllegalArgumentException(line);
    }
  }

  private void check(Store store) throws StoreException {
    Map<String, String> there = new HashMap<>();
    Set<String> gone = new HashSet<>();
    for (Change change : store.changes(0, Integer.MAX_VALUE)) {
      switch (change) {
        case Change.Written(StoredRecord record) -> there.put(record.id(), record.document());
        case Change.Deleted(RecordKind kind, String id, long revision) -> gone.add(id);
      }
    }
    // By hand: what AssertJ has for collections takes the square of their size.
    assertThat(written.stream().filter(id -> !("document of " + id).equals(there.get(id))))
        .as("lost or changed")
        .isEmpty();
    assertThat(deleted.stream().filter(there::containsKey)).as("came back").isEmpty();
    assertThat(deleted.stream().filter(id -> !gone.contains(id))).as("forgotten").isEmpty();
    counters.forEach((id, n) ->
        assertThat(Integer.parseInt(there.getOrDefault(id, "-1"))).isGreaterThanOrEqualTo(n));
    assertThat(store.list(KEY, "", Integer.MAX_VALUE)).hasSize(there.size());
  }
}
