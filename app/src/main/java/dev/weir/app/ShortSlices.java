package dev.weir.app;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel let event loops run as soon as they have something to do. A thread that wakes
 * waits as a rule until the one that has the core has used up its slice, some milliseconds, which
 * may be a compiler of the JVM, a reload or another process. Linux takes short slices for the wish
 * to be served early, from 6.12 on; older kernels ignore them. How much of a core a thread gets
 * stays the same, and it takes no permission (sched_setattr(2)).
 */
final class ShortSlices {
  /** The least that Linux takes. */
  static final long NANOS = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(ShortSlices.class);
  private static final Path THREADS = Path.of("/proc/self/task");

  // struct sched_attr, as it was in the beginning
  private static final int BYTES = 48;
  private static final long POLICY_AT = 4;
  private static final long SLICE_AT = 24;
  private static final int SCHED_OTHER = 0;

  private final MethodHandle syscall;
  private final Calls calls;

  /** The numbers of system calls. */
  private record Calls(long set, long get) {}

  @SuppressWarnings("restricted") // what is called takes what it is given here
  private ShortSlices(Calls calls) {
    Linker linker = Linker.nativeLinker();
    this.calls = calls;
    this.syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
  }

  /** Asks for these loops, at leisure; where that is not possible nothing happens. */
  static void askLater(Iterable<? extends Executor> loops) {
    Calls calls = calls(System.getProperty("os.name"), System.getProperty("os.arch"));
    if (calls != null) {
      Thread.ofPlatform().daemon().name("weir-slices").start(() -> tryAsking(calls, loops));
    }
  }

  private static @Nullable Calls calls(String system, String processor) {
    if (!system.equals("Linux")) {
      return null;
    }
    return switch (processor) {
      case "amd64" -> new Calls(314, 315);
      case "aarch64" -> new Calls(274, 275);
      default -> null;
    };
  }

  private static void tryAsking(Calls calls, Iterable<? extends Executor> loops) {
    try {
      // Threads of loops begin with the first work for them; loops that have ended take none.
      loops.forEach(loop -> CompletableFuture.runAsync(() -> {}, loop).join());
      ask(calls);
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.debug("no short slices for event loops", e);
    }
  }

  private static void ask(Calls calls) throws IOException {
    try (Stream<Path> threads = Files.list(THREADS);
        Arena arena = Arena.ofConfined()) {
      ShortSlices slices = new ShortSlices(calls);
      MemorySegment attributes = arena.allocate(BYTES, Long.BYTES);
      for (Path thread : threads.filter(ShortSlices::isLoop).toList()) {
        slices.ask(Long.parseLong(String.valueOf(thread.getFileName())), attributes);
      }
    }
  }

  private static boolean isLoop(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).startsWith(EventLoops.THREADS);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** Leaves threads alone that somebody has given another policy. */
  private void ask(long thread, MemorySegment attributes) {
    boolean known = call(calls.get, thread, attributes, BYTES) == 0;
    if (known && attributes.get(JAVA_INT, POLICY_AT) == SCHED_OTHER) {
      attributes.set(JAVA_LONG, SLICE_AT, NANOS);
      call(calls.set, thread, attributes, 0);
    }
  }

  private long call(long number, long thread, MemorySegment attributes, long third) {
    try {
      return (long) syscall.invokeExact(number, thread, attributes, third, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("it throws nothing", e);
    }
  }
}
