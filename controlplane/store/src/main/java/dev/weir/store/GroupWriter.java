package dev.weir.store;

import static java.util.stream.Collectors.partitioningBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes to a database. What comes while it waits for the disk goes into the
 * next transaction together, so that many writers wait for the disk no more often than one.
 */
final class GroupWriter {
  /** How long a write waits for another process that locks the database, the queue included. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int MOST_WAITING = 1024;
  private static final int MOST_TOGETHER = 256;

  /** For memory that is short to come back, before the process ends. */
  private static final int MOST_TRIES = 10;

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** As where the JVM ends it itself, for want of memory. */
  private static final int OUT_OF_MEMORY = 3;

  /** Made before there is no memory to make it. */
  private static final Consumer<Outcome> COMPLETE = Outcome::complete;

  /** Of changes that are in memory at once. */
  private static final int PAGE = 1000;

  /** What the thread is asked for. */
  sealed interface Work {
    CompletableFuture<Long> done();
  }

  /** One record to be written or, without a document, deleted. */
  static final class Write implements Work {
    private final RecordKind kind;
    private final String id;
    private final @Nullable String document;
    private final byte @Nullable [] sealed;
    private final Condition condition;
    private final CompletableFuture<Long> done = new CompletableFuture<>();

    /** When it has waited for as long as it may. */
    private final long over = System.nanoTime() + PATIENCE.toNanos();

    /**
     * @param sealed what is stored of the document
     */
    Write(Edit edit, byte @Nullable [] sealed, Condition condition) {
      this.kind = edit.kind();
      this.id = edit.id();
      this.document = edit.document();
      this.sealed = sealed;
      this.condition = condition;
    }

    @Override
    public CompletableFuture<Long> done() {
      return done;
    }

    Change change(long revision) {
      return document == null
          ? new Change.Deleted(kind, id, revision)
          : new Change.Written(new StoredRecord(kind, id, document, revision));
    }
  }

  /** Some of them that go into one transaction, whatever is there: all or none. */
  private record Batch(List<Write> writes) implements Work {
    @Override
    public CompletableFuture<Long> done() {
      return writes.getLast().done();
    }
  }

  private record Follow(long after, Consumer<Change> follower, CompletableFuture<Long> done)
      implements Work {}

  private record Stop(CompletableFuture<Long> done) implements Work {}

  /**
   * What became of a write.
   *
   * @param change null where nothing has changed
   */
  private record Outcome(Write write, @Nullable Change change, @Nullable StoreException refusal) {
    void complete() {
      if (refusal == null) {
        write.done().complete(change == null ? 0 : change.revision());
      } else {
        write.done().completeExceptionally(refusal);
      }
    }
  }

  private final Sqlite database;
  private final Failures failures;
  private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final ReentrantLock entrance = new ReentrantLock();
  private final List<Consumer<Change>> followers = new ArrayList<>();
  private final CompletableFuture<Long> stopped = new CompletableFuture<>();
  private boolean closed;
  private long last;

  private GroupWriter(Sqlite database, long last, Failures failures) {
    this.database = database;
    this.last = last;
    this.failures = failures;
  }

  /**
   * Starts the thread.
   *
   * @param database used by the thread of this alone from now on, and closed by it
   */
  static GroupWriter start(Sqlite database, long last, Failures failures) {
    var writer = new GroupWriter(database, last, failures);
    Thread.ofPlatform().daemon().name("weir-store").start(writer::run);
    return writer;
  }

  /**
   * Writes a record, or deletes it where there is no document.
   *
   * @param sealed what is stored of the document
   * @return the new revision; 0 for the deletion of what is not there
   */
  long write(Edit edit, byte @Nullable [] sealed, Condition condition) throws StoreException {
    return await(new Write(edit, sealed, condition));
  }

  /** All of them or none; none has a condition. */
  void write(List<Write> writes) throws StoreException {
    if (!writes.isEmpty()) {
      await(new Batch(List.copyOf(writes)));
    }
  }

  void follow(long after, Consumer<Change> follower) throws StoreException {
    await(new Follow(after, follower, new CompletableFuture<>()));
  }

  /** Once what was asked for before is done. */
  void close() {
    entrance.lock();
    try {
      if (!closed) {
        closed = true;
        enqueue(new Stop(stopped));
      }
    } finally {
      entrance.unlock();
    }
    stopped.join();
  }

  private long await(Work work) throws StoreException {
    entrance.lock();
    try {
      if (closed) {
        throw failures.closed();
      }
      enqueue(work);
    } finally {
      entrance.unlock();
    }
    try {
      return work.done().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreException known) {
        throw known.again();
      }
      throw e;
    }
  }

  /** However often the caller is interrupted: it would not know whether its write took place. */
  private void enqueue(Work work) {
    boolean interrupted = false;
    for (boolean in = false; !in; ) {
      try {
        queue.put(work);
        in = true;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Work> batch = new ArrayList<>();
    do {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        continue; // nobody who knows this thread means anything by it
      }
      queue.drainTo(batch, MOST_TOGETHER - 1);
      try {
        work(batch);
      } catch (Error e) {
        failed(batch, e);
      }
    } while (batch.isEmpty() || !(batch.getLast() instanceof Stop));
    try {
      database.close();
    } catch (SQLException e) {
      // What was written is on the disk.
    }
    stopped.complete(last);
  }

  /**
   * Such as for want of memory, before anything is on the disk: who waits is told, and does not
   * wait for ever.
   */
  private void failed(List<Work> batch, Error e) {
    for (int tries = 1; ; tries++) {
      try {
        refuseAll(batch, e);
        return;
      } catch (RuntimeException | Error another) {
        pause(tries);
      }
    }
  }

  private void refuseAll(List<Work> batch, Error e) {
    database.recover();
    StoreException failure = failures.of(new IllegalStateException(e));
    refuse(batch, failure);
    for (Work work : batch) {
      if (work instanceof Follow follow) {
        follow.done().completeExceptionally(failure);
      }
    }
  }

  private void work(List<Work> batch) {
    List<Work> works = batch.stream().filter(work -> writes(work).findAny().isPresent()).toList();
    commit(begin(works).stream().flatMap(GroupWriter::writes).toList());
    for (Work work : batch) {
      if (work instanceof Follow follow) {
        add(follow);
      }
    }
  }

  private static Stream<Write> writes(Work work) {
    return switch (work) {
      case Write write -> Stream.of(write);
      case Batch(List<Write> writes) -> writes.stream();
      case Follow _, Stop _ -> Stream.empty();
    };
  }

  /**
   * Begins a transaction for as many of some works, oldest first, as the database is to be had for
   * before they have waited long enough; the others are refused.
   */
  private List<Work> begin(List<Work> works) {
    List<Work> left = works;
    while (!left.isEmpty()) {
      try {
        database.begin(patience(left.getFirst()));
        return left;
      } catch (SQLException | RuntimeException e) {
        database.recover();
        StoreException failure = failures.of(e);
        boolean isLocked = failure.reason() == StoreException.Reason.LOCKED;
        Map<Boolean, List<Work>> parts =
            left.stream().collect(partitioningBy(work -> isLocked && patience(work).isPositive()));
        refuse(parts.getOrDefault(false, List.of()), failure);
        left = parts.getOrDefault(true, List.of());
      }
    }
    return left;
  }

  private static Duration patience(Work work) {
    long over = writes(work).mapToLong(write -> write.over).findFirst().orElse(0);
    return Duration.ofNanos(Math.max(0, over - System.nanoTime()));
  }

  private static void refuse(List<Work> works, StoreException failure) {
    works.stream()
        .flatMap(GroupWriter::writes)
        .forEach(write -> write.done().completeExceptionally(failure));
  }

  private void commit(List<Write> writes) {
    if (writes.isEmpty()) {
      return;
    }
    long before = last;
    List<Outcome> outcomes = new ArrayList<>(writes.size());
    try {
      for (Write write : writes) {
        outcomes.add(apply(write));
      }
      database.commit();
    } catch (SQLException | RuntimeException e) {
      database.recover();
      last = before;
      StoreException failure = failures.of(e);
      writes.forEach(write -> write.done().completeExceptionally(failure));
      return;
    }
    tell(outcomes);
  }

  private Outcome apply(Write write) throws SQLException {
    Long present = database.revision(write.kind, write.id);
    if (!write.condition.holds(present)) {
      return new Outcome(write, null, failures.conflict(write.kind, write.id));
    }
    if (present == null && write.document == null) {
      return new Outcome(write, null, null);
    }
    database.write(++last, write.kind, write.id, write.sealed);
    return new Outcome(write, write.change(last), null);
  }

  /**
   * It is on the disk, thus nothing keeps it from being told: a key that was revoked must not go on
   * because memory was short for a moment. Needs none itself.
   */
  private void tell(List<Outcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      Change change = outcomes.get(i).change();
      for (int j = 0; change != null && j < followers.size(); j++) {
        tell(followers.get(j), change);
      }
    }
    for (int i = 0; i < outcomes.size(); i++) {
      tell(COMPLETE, outcomes.get(i));
    }
  }

  /**
   * A follower that fails has a bug, which is no reason to stop writing. One that finds no memory
   * is told again, and sees some changes twice then.
   */
  private static <T> void tell(Consumer<T> follower, T news) {
    for (int tries = 1; ; tries++) {
      try {
        follower.accept(news);
        return;
      } catch (OutOfMemoryError e) {
        pause(tries);
      } catch (RuntimeException | Error e) {
        report(e);
        return;
      }
    }
  }

  private static void report(Throwable fault) {
    Thread self = Thread.currentThread();
    try {
      self.getUncaughtExceptionHandler().uncaughtException(self, fault);
    } catch (RuntimeException | Error e) {
      // Nobody can be told.
    }
  }

  /**
   * Where there is no memory for long, the process ends, as it does by the option of the JVM that
   * {@code bin/weir} sets: what the disk has counts after the next start.
   */
  private static void pause(int tries) {
    if (tries == MOST_TRIES) {
      Runtime.getRuntime().halt(OUT_OF_MEMORY);
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  private void add(Follow follow) {
    try {
      long told = follow.after();
      List<Change> page;
      do {
        page = database.changes(told, PAGE).open();
        page.forEach(change -> tell(follow.follower(), change));
        told = page.isEmpty() ? told : page.getLast().revision();
      } while (page.size() == PAGE);
      followers.add(follow.follower());
      follow.done().complete(told);
    } catch (SQLException | StoreException e) {
      database.recover();
      follow.done().completeExceptionally(failures.of(e));
    }
  }
}
