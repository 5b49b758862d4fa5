package dev.weir.app;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel how event loops are to run, once they do: soon, and where they ran before.
 *
 * <p>Soon: a thread that wakes waits as a rule until the one that has the core has used up its
 * slice, some milliseconds, which may be a compiler of the JVM, a reload or another process. Linux
 * takes short slices for the wish to be served early, from 6.12 on; older kernels ignore them. How
 * much of a core a thread gets stays the same.
 *
 * <p>Where they ran before: see {@link HomeCore}. What others have set for the threads is kept to.
 */
final class HomeCores implements AutoCloseable {
  /** The least that Linux takes. */
  private static final long SLICE_NANOS = 100_000;

  private static final long LOOK_MILLIS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(HomeCores.class);
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Path THIS_THREAD = Path.of("/proc/thread-self");

  /** The thread that asks. */
  private static final long THIS = 0;

  /** In what follows the name in {@code /proc/self/task/N/stat}. */
  private static final int CORE_IN_STAT = 36;

  private final Iterable<? extends Executor> executors;
  private final boolean keepCores;
  private final Thread thread;

  /** Threads of the process at the last look: who is not among them has been started since. */
  private Set<Long> known = Set.of();

  /** What the kernel counts of a thread. */
  private record Times(long ran, long waited) {
    static Times of(long thread) throws IOException {
      String[] counts = Files.readString(THREADS.resolve(thread + "/schedstat")).split(" ", -1);
      return new Times(Long.parseLong(counts[0]), Long.parseLong(counts[1]));
    }
  }

  /** An event loop's thread. */
  private static final class Loop {
    final long thread;
    final HomeCore home = new HomeCore();
    @Nullable Times before;

    boolean busy;

    /** Where it stays; below zero for nowhere. */
    int core = -1;

    /** Where it may run when it stays nowhere. */
    BitSet free = ThreadCalls.allCores();

    Loop(long thread) {
      this.thread = thread;
    }

    boolean isAtHome() {
      return core >= 0;
    }
  }

  /** Where a loop stays, and where the threads may run that it starts there. */
  private record Home(int core, BitSet free) {}

  private HomeCores(Iterable<? extends Executor> executors, boolean keepCores) {
    this.executors = executors;
    this.keepCores = keepCores;
    this.thread = Thread.ofPlatform().daemon().name("weir-cores").unstarted(this::run);
  }

  /**
   * For these loops, at leisure; where that is not possible nothing happens.
   *
   * @param keepCores whether they are to run where they ran before
   */
  static HomeCores start(Iterable<? extends Executor> loops, boolean keepCores) {
    // The first virtual thread has the JVM count its cores, and on a loop at home there is one.
    var _ = Thread.startVirtualThread(() -> {});
    HomeCores cores = new HomeCores(loops, keepCores);
    cores.thread.start();
    return cores;
  }

  private void run() {
    try (ThreadCalls calls = ThreadCalls.open()) {
      if (calls != null) {
        keep(loops(), calls);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("event loops run where the kernel has them", e);
    }
  }

  private void keep(List<Loop> loops, ThreadCalls calls) throws InterruptedException {
    loops.forEach(loop -> calls.slice(loop.thread, SLICE_NANOS));
    try {
      while (keepCores) {
        lookIfPossible(loops, calls);
        Thread.sleep(LOOK_MILLIS);
      }
    } finally {
      loops.stream().filter(Loop::isAtHome).forEach(loop -> release(loop, calls));
    }
  }

  /** Threads of loops begin with the first work for them; loops that have ended take none. */
  private List<Loop> loops() {
    return StreamSupport.stream(executors.spliterator(), false)
        .map(loop -> new Loop(CompletableFuture.supplyAsync(HomeCores::number, loop).join()))
        .toList();
  }

  private static long number() {
    try {
      return Long.parseLong(String.valueOf(THIS_THREAD.toRealPath().getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where no file can be opened, say, nobody can tell whether a loop is well where it is. */
  private void lookIfPossible(List<Loop> loops, ThreadCalls calls) {
    List<Home> homes = homes(loops);
    try {
      for (Loop loop : loops) {
        look(loop, loops, calls);
      }
    } catch (IOException e) {
      LOG.debug("event loops run where the kernel has them until the next look", e);
      loops.stream().filter(Loop::isAtHome).forEach(loop -> leave(loop, calls));
    }
    releaseStarted(Stream.concat(homes.stream(), homes(loops).stream()).toList(), calls);
  }

  private static List<Home> homes(List<Loop> loops) {
    return loops.stream()
        .filter(Loop::isAtHome)
        .map(loop -> new Home(loop.core, loop.free))
        .toList();
  }

  private static void look(Loop loop, List<Loop> loops, ThreadCalls calls) throws IOException {
    Times now = Times.of(loop.thread);
    Times before = loop.before == null ? now : loop.before;
    long ran = now.ran - before.ran;
    boolean stays = loop.home.look(ran, now.waited - before.waited);
    loop.busy = ran >= HomeCore.BUSY_NANOS;
    loop.before = now;
    if (stays && !loop.isAtHome()) {
      settle(loop, loops, calls);
    } else if (!stays && loop.isAtHome()) {
      release(loop, calls);
    }
  }

  /**
   * Threads that event loops at home have started, such as those that compare passwords, may run
   * where their loop may. Those that have been there before stay where somebody has them.
   */
  private void releaseStarted(List<Home> homes, ThreadCalls calls) {
    Set<Long> now = threads();
    for (Home home : homes) {
      now.stream()
          .filter(number -> !known.contains(number) && calls.cores(number).equals(only(home.core)))
          .forEach(number -> calls.keepTo(home.free, number));
    }
    known = now;
  }

  private static Set<Long> threads() {
    String[] names = THREADS.toFile().list();
    return names == null ? Set.of() : Stream.of(names).map(Long::valueOf).collect(toSet());
  }

  /** Where the loop is, if there is a core for each, and none that is busy is at home there. */
  private static void settle(Loop loop, List<Loop> loops, ThreadCalls calls) throws IOException {
    int core = core(loop.thread);
    BitSet own = calls.cores(loop.thread);
    BitSet shared = shared(core, loops.size(), own);
    boolean taken =
        loops.stream().anyMatch(host -> host.isAtHome() && host.busy && shared.get(host.core));
    if (taken || !own.get(core) || own.cardinality() < Math.max(2, loops.size())) {
      loop.home.stayedFree();
      return;
    }
    loops.stream().filter(host -> host.core == core).forEach(host -> leave(host, calls));
    loop.free = isChosen(own, loop, calls) ? own : ThreadCalls.allCores();
    loop.core = core;
    calls.keepTo(only(core), loop.thread);
  }

  /**
   * What is one core to whoever runs there: also its second thread, if each may have a whole one.
   */
  private static BitSet shared(int core, int loops, BitSet own) throws IOException {
    BitSet siblings = Siblings.of(core);
    return own.cardinality() >= loops * siblings.cardinality() ? siblings : only(core);
  }

  private static void leave(Loop loop, ThreadCalls calls) {
    release(loop, calls);
    loop.home.stayedFree();
  }

  /**
   * Whether somebody has chosen these cores for the thread. If not they are those of a group of
   * processes, which may get others while the loop is at home; it may run on all of them now.
   */
  private static boolean isChosen(BitSet own, Loop loop, ThreadCalls calls) {
    calls.keepTo(ThreadCalls.allCores(), loop.thread);
    return !calls.cores(loop.thread).equals(own);
  }

  /** Whoever has chosen cores since is kept to, also if it is the same one for all threads. */
  private static void release(Loop loop, ThreadCalls calls) {
    BitSet own = calls.cores(loop.thread);
    BitSet here = only(loop.core);
    loop.core = -1;
    if (own.equals(here) && !calls.cores(THIS).equals(here)) {
      calls.keepTo(loop.free, loop.thread);
    } else if (isChosen(own, loop, calls)) {
      calls.keepTo(own, loop.thread);
    }
  }

  private static BitSet only(int core) {
    BitSet set = new BitSet();
    set.set(core);
    return set;
  }

  private static int core(long thread) throws IOException {
    String stat = Files.readString(THREADS.resolve(thread + "/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[CORE_IN_STAT]);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
