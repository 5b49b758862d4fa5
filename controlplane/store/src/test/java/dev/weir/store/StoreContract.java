package dev.weir.store;

import static dev.weir.store.RecordKind.KEY;
import static dev.weir.store.RecordKind.POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does, whatever it is made of. */
public abstract class StoreContract {

  private Store store;

  /** The same store each time within a test. */
  protected abstract Store open() throws StoreException;

  @BeforeEach
  void openStore() throws StoreException {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() throws StoreException {
    store.close();
    store = open();
  }

  private long put(String id, String document) throws StoreException {
    return store.put(KEY, id, document, Condition.any());
  }

  private StoredRecord find(String id) throws StoreException {
    return Objects.requireNonNull(store.get(KEY, id));
  }

  private static void assertRefused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.getMessage()).isNotBlank();
            });
  }

  @Test
  void whatIsWrittenIsThere() throws Exception {
    long revision = put("a", "{\"rate\": 1}");

    assertThat(store.get(KEY, "a"))
        .isEqualTo(new StoredRecord(KEY, "a", "{\"rate\": 1}", revision));
  }

  @Test
  void nothingIsThereAtFirst() throws Exception {
    assertThat(store.get(KEY, "a")).isNull();
    assertThat(store.list(KEY, "", 10)).isEmpty();
    assertThat(store.changes(0, 10)).isEmpty();
  }

  @Test
  void kindsAreApart() throws Exception {
    put("a", "key");

    assertThat(store.get(POLICY, "a")).isNull();
    assertThat(store.list(POLICY, "", 10)).isEmpty();
    assertThat(store.delete(POLICY, "a", Condition.any())).isFalse();
    assertThat(store.get(KEY, "a")).isNotNull();
  }

  @Test
  void manyAreWrittenAndDeletedInOrder() throws Exception {
    put("a", "one");
    var seen = new ArrayList<Long>();
    store.follow(0, change -> seen.add(change.revision()));

    store.write(
        List.of(
            new Edit(KEY, "a", null),
            new Edit(POLICY, "a", "two"),
            new Edit(KEY, "b", "three"),
            new Edit(KEY, "gone", null)));
    store.write(List.of());

    assertThat(store.get(KEY, "a")).isNull();
    assertThat(Objects.requireNonNull(store.get(POLICY, "a")).document()).isEqualTo("two");
    assertThat(find("b").document()).isEqualTo("three");
    assertThat(seen).hasSize(4).isSorted();
  }

  @Test
  void ofManyNoneIsWrittenWhenOneCannotBe() throws Exception {
    List<Edit> edits = List.of(new Edit(KEY, "a", "one"), new Edit(KEY, "", "two"));
    assertRefused(Reason.INVALID, () -> store.write(edits));
    assertThat(store.get(KEY, "a")).isNull();
  }

  @Test
  void theLastWriteCounts() throws Exception {
    long first = put("a", "one");
    long second = put("a", "two");

    assertThat(second).isGreaterThan(first);
    assertThat(store.get(KEY, "a")).isEqualTo(new StoredRecord(KEY, "a", "two", second));
  }

  @Test
  void whatIsDeletedIsGone() throws Exception {
    put("a", "one");

    assertThat(store.delete(KEY, "a", Condition.any())).isTrue();
    assertThat(store.get(KEY, "a")).isNull();
    assertThat(store.delete(KEY, "a", Condition.any())).isFalse();
  }

  @Test
  void aDeletedRecordCanBeWrittenAnew() throws Exception {
    long first = put("a", "one");
    store.delete(KEY, "a", Condition.any());
    long second = store.put(KEY, "a", "two", Condition.absent());

    assertThat(second).isGreaterThan(first);
    assertThat(store.get(KEY, "a")).isEqualTo(new StoredRecord(KEY, "a", "two", second));
  }

  @Test
  void aNewRecordReplacesNone() throws Exception {
    store.put(KEY, "a", "one", Condition.absent());

    assertRefused(Reason.CONFLICT, () -> store.put(KEY, "a", "two", Condition.absent()));
    assertThat(find("a").document()).isEqualTo("one");
  }

  @Test
  void aWriteReplacesTheRevisionItNames() throws Exception {
    long first = put("a", "one");
    long second = store.put(KEY, "a", "two", Condition.at(first));

    assertRefused(Reason.CONFLICT, () -> store.put(KEY, "a", "late", Condition.at(first)));
    assertRefused(Reason.CONFLICT, () -> store.delete(KEY, "a", Condition.at(first)));
    assertRefused(Reason.CONFLICT, () -> store.put(KEY, "b", "new", Condition.at(first)));
    assertRefused(Reason.CONFLICT, () -> store.delete(KEY, "b", Condition.at(first)));
    assertThat(find("a").document()).isEqualTo("two");
    assertThat(store.get(KEY, "b")).isNull();
    assertThat(store.delete(KEY, "a", Condition.at(second))).isTrue();
  }

  @Test
  void listsComeInPages() throws Exception {
    for (String id : List.of("d", "b", "a", "e", "c")) {
      put(id, "of " + id);
    }
    store.put(POLICY, "aa", "policy", Condition.any());
    store.delete(KEY, "c", Condition.any());

    assertThat(store.list(KEY, "", 3)).extracting(StoredRecord::id).containsExactly("a", "b", "d");
    assertThat(store.list(KEY, "d", 3)).extracting(StoredRecord::id).containsExactly("e");
    assertThat(store.list(KEY, "", 3))
        .extracting(StoredRecord::document)
        .containsExactly("of a", "of b", "of d");
  }

  @Test
  void idsThatBeginAlikeComeInPages() throws Exception {
    for (String id : List.of("b", "ab", "a", "abc", "ab2", "ac", "abd")) {
      put(id, "of " + id);
    }
    store.put(POLICY, "abx", "policy", Condition.any());
    store.delete(KEY, "abd", Condition.any());

    assertThat(store.ids(KEY, "", "", 9)).containsExactly("a", "ab", "ab2", "abc", "ac", "b");
    assertThat(store.ids(KEY, "ab", "", 2)).containsExactly("ab", "ab2");
    assertThat(store.ids(KEY, "ab", "ab2", 2)).containsExactly("abc");
    assertThat(store.ids(KEY, "abcd", "", 2)).isEmpty();
  }

  @Test
  void changesComeInTheirOrder() throws Exception {
    put("a", "one");
    put("b", "of b");
    store.delete(KEY, "b", Condition.any());
    put("a", "two");
    List<Change> all = store.changes(0, 10);

    assertThat(all).hasSize(2);
    assertThat(all.getFirst()).isEqualTo(new Change.Deleted(KEY, "b", all.getFirst().revision()));
    assertThat(all.getLast()).isEqualTo(new Change.Written(find("a")));
    assertThat(all.getLast().revision()).isGreaterThan(all.getFirst().revision());
    assertThat(store.changes(0, 1)).containsExactly(all.getFirst());
    assertThat(store.changes(all.getFirst().revision(), 10)).containsExactly(all.getLast());
    assertThat(store.changes(all.getLast().revision(), 10)).isEmpty();
  }

  @Test
  void pagesAreOpenedByAnyThreadWheneverItLikes() throws Exception {
    put("a", "one");
    put("b", "two");
    store.delete(KEY, "b", Condition.any());
    ChangePage page = store.page(0, 10);
    List<Change> before = store.changes(0, 10);
    put("a", "three");

    assertThat(page.size()).isEqualTo(2);
    assertThat(page.last()).isEqualTo(before.getLast().revision());
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Callable<List<Change>> open = page::open;
      for (Future<List<Change>> opened : threads.invokeAll(List.of(open, open))) {
        assertThat(opened.get()).isEqualTo(before);
      }
    }
  }

  @Test
  void aFollowerSeesThePastAndWhatFollows() throws Exception {
    put("a", "one");
    put("b", "of b");
    store.delete(KEY, "b", Condition.any());
    List<Change> seen = new CopyOnWriteArrayList<>();
    store.follow(0, seen::add);

    assertThat(seen).isEqualTo(store.changes(0, 10));
    put("a", "two"); // seen when this returns
    assertThat(seen).hasSize(3).last().isEqualTo(new Change.Written(find("a")));
    store.delete(KEY, "a", Condition.any());
    assertThat(seen).hasSize(4).last().isInstanceOf(Change.Deleted.class);
  }

  @Test
  void aFollowerSeesNothingOfWhatWasRefused() throws Exception {
    put("a", "one");
    List<Change> seen = new CopyOnWriteArrayList<>();
    store.follow(store.changes(0, 10).getLast().revision(), seen::add);
    assertRefused(Reason.CONFLICT, () -> store.put(KEY, "a", "two", Condition.absent()));
    store.delete(KEY, "b", Condition.any());

    assertThat(seen).isEmpty();
  }

  @Test
  void aFollowerThatFailsStopsNobody() throws Exception {
    store.follow(
        0,
        change -> {
          throw new IllegalStateException("a follower failed, as this test wants");
        });
    store.follow(
        0,
        change -> {
          throw new AssertionError("a follower failed badly, as this test wants");
        });
    List<Change> seen = new CopyOnWriteArrayList<>();
    store.follow(0, seen::add);
    put("a", "one");

    assertThat(seen).hasSize(1);
    assertThat(store.get(KEY, "a")).isNotNull();
  }

  @Test
  void aFollowerWithoutMemoryIsToldAgain() throws Exception {
    List<Change> seen = new CopyOnWriteArrayList<>();
    var tries = new AtomicInteger();
    store.follow(
        0,
        change -> {
          if (tries.incrementAndGet() < 3) {
            throw new OutOfMemoryError("as this test wants");
          }
          seen.add(change);
        });
    put("a", "one");

    assertThat(seen).containsExactlyElementsOf(store.changes(0, 10));
  }

  @Test
  void whatIsOnTheDiskIsToldEvenWhereNoFaultCanBe() throws Exception {
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> {
      throw new IllegalStateException("cannot be told, as this test wants");
    });
    try {
      store.follow(
          0,
          change -> {
            throw new AssertionError("a follower failed, as this test wants");
          });
      List<Change> seen = new CopyOnWriteArrayList<>();
      store.follow(0, seen::add);
      long revision = put("a", "one");

      assertThat(seen).extracting(Change::revision).containsExactly(revision);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aFollowerMissesNothingOfWhatIsWrittenMeanwhile() throws Exception {
    List<Change> seen = new CopyOnWriteArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        String prefix = thread + "-";
        writers.add(threads.submit(() -> putMany(prefix, 300)));
      }
      store.follow(0, seen::add);
      for (Future<?> writer : writers) {
        writer.get();
      }
    }

    assertThat(seen).extracting(Change::revision).isSorted().doesNotHaveDuplicates().hasSize(1200);
  }

  private int putMany(String prefix, int many) throws StoreException {
    for (int i = 0; i < many; i++) {
      put(prefix + i, "document");
    }
    return many;
  }

  @Test
  void nobodysWriteIsLostToAnother() throws Exception {
    put("counter", "0");
    Callable<Integer> adding =
        () -> {
          for (int i = 0; i < 25; i++) {
            addOne();
          }
          return 0;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> done :
          threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> adding).toList())) {
        done.get();
      }
    }

    assertThat(find("counter").document()).isEqualTo("200");
  }

  private void addOne() throws StoreException {
    while (true) {
      StoredRecord present = find("counter");
      String more = String.valueOf(Integer.parseInt(present.document()) + 1);
      try {
        store.put(KEY, "counter", more, Condition.at(present.revision()));
        return;
      } catch (StoreException e) {
        assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
      }
    }
  }

  @Test
  void allIsThereAfterARestart() throws Exception {
    put("a", "one");
    put("b", "of b");
    store.put(POLICY, "p", "of p", Condition.any());
    store.delete(KEY, "b", Condition.any());
    List<Change> before = store.changes(0, 10);
    reopen();

    assertThat(store.changes(0, 10)).isEqualTo(before);
    assertThat(store.get(KEY, "b")).isNull();
    assertThat(put("c", "new")).isGreaterThan(before.getLast().revision());
  }

  @Test
  void textIsKeptAsItIs() throws Exception {
    String document = "{\"alias\": \"Zoë \\u0000 日本 \uD83D\uDE00\"}\n";
    put("ключ/1", document);
    put("empty", "");
    reopen();

    assertThat(find("ключ/1").document()).isEqualTo(document);
    assertThat(find("empty").document()).isEmpty();
  }

  @Test
  void documentsAndIdsHaveABound() throws Exception {
    String longest = "x".repeat(Store.MOST_BYTES);
    put("i".repeat(Store.MOST_ID), longest);

    assertThat(find("i".repeat(Store.MOST_ID)).document()).isEqualTo(longest);
    assertRefused(Reason.INVALID, () -> put("a", longest + "x"));
    assertRefused(Reason.INVALID, () -> put("a", "ä".repeat(Store.MOST_BYTES / 2 + 1)));
    assertRefused(Reason.INVALID, () -> put("i".repeat(Store.MOST_ID + 1), ""));
    assertRefused(Reason.INVALID, () -> put("", ""));
    assertThat(store.changes(0, 10)).hasSize(1);
  }

  @Test
  void anInterruptedWriterKnowsWhatBecameOfItsWrite() throws Exception {
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              Thread.currentThread().interrupt();
              try {
                put("a", "one");
                outcome.set(Thread.currentThread().isInterrupted());
              } catch (StoreException e) {
                outcome.set(e);
              }
            });
    writer.join();

    assertThat(outcome.get()).isEqualTo(true);
    assertThat(store.get(KEY, "a")).isNotNull();
  }

  @Test
  void aClosedStoreSaysSo() {
    store.close();

    assertRefused(Reason.CLOSED, () -> put("a", "one"));
    assertRefused(Reason.CLOSED, () -> store.get(KEY, "a"));
    assertRefused(Reason.CLOSED, () -> store.follow(0, change -> {}));
    store.close(); // again
  }

  @Test
  void documentsAreNotInWhatIsPrinted() throws Exception {
    put("a", "secret document");

    assertThat(store.changes(0, 1).toString()).contains("KEY a").doesNotContain("secret");
  }
}
