package dev.weir.app;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What Linux can be asked for threads, which Java has no words for. None of it takes a permission
 * for threads of one's own, and what is refused has no effect. For one thread.
 */
final class ThreadCalls implements AutoCloseable {
  // struct sched_attr, as it was in the beginning
  private static final int ATTRIBUTES_BYTES = 48;
  private static final long POLICY_AT = 4;
  private static final long FLAGS_AT = 8;
  private static final long SLICE_AT = 24;
  private static final int SCHED_OTHER = 0;
  private static final long RESET_ON_FORK = 1;

  /** Of a set of cores: 8,192, the most that Linux is built for. */
  private static final int CORES_BYTES = 1024;

  private final MethodHandle syscall;
  private final Numbers numbers;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
  private final MemorySegment cores = arena.allocate(CORES_BYTES, Long.BYTES);

  /** The numbers of system calls. */
  private record Numbers(long setAttributes, long getAttributes, long setCores, long getCores) {}

  @SuppressWarnings("restricted") // what is called takes what it is given here
  private ThreadCalls(Numbers numbers) {
    Linker linker = Linker.nativeLinker();
    this.numbers = numbers;
    this.syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
  }

  /** For this system and processor; null where they are others. */
  static @Nullable ThreadCalls open() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> new ThreadCalls(new Numbers(314, 315, 203, 204));
      case "aarch64" -> new ThreadCalls(new Numbers(274, 275, 122, 123));
      default -> null;
    };
  }

  /**
   * Asks for slices of time (sched_setattr(2)), not for the threads that this one starts. Leaves
   * threads alone that somebody has given another policy.
   *
   * @param thread its number for the kernel
   */
  void slice(long thread, long nanos) {
    boolean known =
        call(numbers.getAttributes, thread, attributes.address(), ATTRIBUTES_BYTES) == 0;
    if (known && attributes.get(JAVA_INT, POLICY_AT) == SCHED_OTHER) {
      long flags = attributes.get(JAVA_LONG, FLAGS_AT);
      attributes.set(JAVA_LONG, FLAGS_AT, flags | RESET_ON_FORK);
      attributes.set(JAVA_LONG, SLICE_AT, nanos);
      call(numbers.setAttributes, thread, attributes.address(), 0);
    }
  }

  /**
   * On which cores a thread may run (sched_getaffinity(2)); empty where that is not told.
   *
   * @param thread as for {@link #slice}; 0 for the one that asks
   */
  BitSet cores(long thread) {
    long bytes = call(numbers.getCores, thread, CORES_BYTES, cores.address());
    return bytes <= 0 ? new BitSet() : BitSet.valueOf(cores.asSlice(0, bytes).asByteBuffer());
  }

  /** Has a thread run on these cores only, of those that the system lets it have. */
  void keepTo(BitSet wanted, long thread) {
    cores.fill((byte) 0);
    MemorySegment.copy(MemorySegment.ofArray(wanted.toByteArray()), 0, cores, 0, bytes(wanted));
    call(numbers.setCores, thread, CORES_BYTES, cores.address());
  }

  /** All that there can be. */
  static BitSet allCores() {
    var all = new BitSet();
    all.set(0, CORES_BYTES * Byte.SIZE);
    return all;
  }

  private static int bytes(BitSet set) {
    return (set.length() + Byte.SIZE - 1) / Byte.SIZE;
  }

  private long call(long number, long thread, long second, long third) {
    try {
      return (long) syscall.invokeExact(number, thread, second, third, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("it throws nothing", e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
