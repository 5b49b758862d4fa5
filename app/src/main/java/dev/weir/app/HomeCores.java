package dev.weir.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.StreamSupport;
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

  /** In what follows the name in {@code /proc/self/task/N/stat}. */
  private static final int CORE_IN_STAT = 36;

  private final Iterable<? extends Executor> executors;
  private final boolean keepCores;
  private final Thread thread;

  /** What the kernel counts of a thread. */
  private record Times(long ran, long waited) {
    static final Times NONE = new Times(0, 0);

    static Times of(long thread) throws IOException {
      String[] counts = Files.readString(THREADS.resolve(thread + "/schedstat")).split(" ", -1);
      return new Times(Long.parseLong(counts[0]), Long.parseLong(counts[1]));
    }
  }

  /** An event loop's thread. */
  private static final class Loop {
    final long thread;
    final HomeCore home = new HomeCore();
    Times before = Times.NONE;

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
    HomeCores cores = new HomeCores(loops, keepCores);
    cores.thread.start();
    return cores;
  }

  private void run() {
    try (ThreadCalls calls = ThreadCalls.open()) {
      if (calls != null) {
        List<Loop> loops = loops();
        loops.forEach(loop -> calls.slice(loop.thread, SLICE_NANOS));
        while (keepCores) {
          Thread.sleep(LOOK_MILLIS);
          lookIfPossible(loops, calls);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("event loops run where the kernel has them", e);
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
  private static void lookIfPossible(List<Loop> loops, ThreadCalls calls) {
    try {
      look(loops, calls);
    } catch (IOException e) {
      LOG.debug("event loops run where the kernel has them until the next look", e);
      loops.stream().filter(Loop::isAtHome).forEach(loop -> leave(loop, calls));
    }
  }

  private static void look(List<Loop> loops, ThreadCalls calls) throws IOException {
    for (Loop loop : loops) {
      Times now = Times.of(loop.thread);
      long ran = now.ran - loop.before.ran;
      boolean stays = loop.home.look(ran, now.waited - loop.before.waited);
      loop.busy = ran >= HomeCore.BUSY_NANOS;
      loop.before = now;
      if (stays && !loop.isAtHome()) {
        settle(loop, loops, calls);
      } else if (!stays && loop.isAtHome()) {
        release(loop, calls);
      }
    }
    if (loops.stream().anyMatch(Loop::isAtHome)) {
      releaseOthers(loops, calls);
    }
  }

  /** A thread that an event loop has started may run where that may: the proofs of passwords. */
  private static void releaseOthers(List<Loop> loops, ThreadCalls calls) {
    String[] threads = THREADS.toFile().list();
    for (String name : threads == null ? new String[0] : threads) {
      long thread = Long.parseLong(name);
      BitSet own = calls.cores(thread);
      if (own.cardinality() == 1 && loops.stream().noneMatch(loop -> loop.thread == thread)) {
        loops.stream()
            .filter(host -> host.isAtHome() && own.get(host.core))
            .forEach(host -> calls.keepTo(host.free, thread));
      }
    }
  }

  /** Where the loop is, if there is a core for each, and none that is busy is at home there. */
  private static void settle(Loop loop, List<Loop> loops, ThreadCalls calls) throws IOException {
    int core = core(loop.thread);
    BitSet own = calls.cores(loop.thread);
    List<Loop> hosts = loops.stream().filter(host -> host.core == core).toList();
    if (hosts.stream().anyMatch(host -> host.busy)
        || own.cardinality() < Math.max(2, loops.size())) {
      loop.home.stayedFree();
      return;
    }
    hosts.forEach(host -> leave(host, calls));
    loop.free = isChosen(own, loop, calls) ? own : ThreadCalls.allCores();
    loop.core = core;
    calls.keepTo(only(core), loop.thread);
  }

  private static void leave(Loop loop, ThreadCalls calls) {
    release(loop, calls);
    loop.home.stayedFree();
  }

  /**
   * Whether somebody has chosen these cores for the thread. If not they are those of a group of
   * processes, which may get others while the loop is at home.
   */
  private static boolean isChosen(BitSet own, Loop loop, ThreadCalls calls) {
    calls.keepTo(ThreadCalls.allCores(), loop.thread);
    return !calls.cores(loop.thread).equals(own);
  }

  private static void release(Loop loop, ThreadCalls calls) {
    if (calls.cores(loop.thread).equals(only(loop.core))) {
      calls.keepTo(loop.free, loop.thread);
    }
    loop.core = -1;
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
