package dev.weir.system;

import dev.weir.app.Main;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.InternalThreadLocalMap;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Weir with a probe in its process: what {@code main} starts is Weir's own {@code main}. The probe
 * measures from within what cannot be seen from outside, and tells it to whoever connects to {@code
 * weir.probe.port}: see {@link Vitals.Probe}.
 */
public final class ProbedWeir {

  private static final int PERIOD_MILLIS = 5;
  private static final int MOST_THREAD_LOCALS = 200;

  private static final Map<EventLoop, LoopProbe> PROBES = new ConcurrentHashMap<>();

  private ProbedWeir() {}

  /** Runs Weir with these arguments; never returns. */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.getInteger("weir.probe.port");
    var server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("probe").start(() -> answerAll(server));
    Main.main(arguments);
  }

  private static void answerAll(ServerSocket server) {
    try {
      while (true) {
        try (Socket asking = server.accept()) {
          asking.getOutputStream().write(reading().getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every reading begins another time in which the longest task is looked for. */
  private static String reading() {
    List<LoopProbe> probes =
        loops().map(loop -> PROBES.computeIfAbsent(loop, LoopProbe::new)).toList();
    return "%d %d %d %d"
        .formatted(
            processNanos(),
            probes.stream().mapToLong(probe -> probe.spent.get()).sum(),
            probes.stream().mapToLong(probe -> probe.longest.getAndSet(0)).max().orElse(0),
            PlatformDependent.usedDirectMemory());
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Stream<EventLoop> loops() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("weir-loop"))
        .map(ProbedWeir::loopOf)
        .filter(Objects::nonNull);
  }

  /** Netty keeps the loop in a variable of its thread, and means to keep it for itself. */
  private static @Nullable EventLoop loopOf(Thread thread) {
    try {
      Field field = FastThreadLocalThread.class.getDeclaredField("threadLocalMap");
      field.setAccessible(true);
      var variables = (InternalThreadLocalMap) field.get(thread);
      return IntStream.range(0, MOST_THREAD_LOCALS)
          .mapToObj(variables::indexedVariable)
          .filter(EventLoop.class::isInstance)
          .map(EventLoop.class::cast)
          .findFirst()
          .orElse(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs again and again on an event loop. The CPU time between two turns is that of the longest
   * task in between, and at most a period more; that of other threads and processes is not in it.
   */
  private static final class LoopProbe implements Runnable {

    final AtomicLong spent = new AtomicLong();
    final AtomicLong longest = new AtomicLong();
    private long lastNanos = -1;

    LoopProbe(EventLoop loop) {
      var _ = loop.scheduleWithFixedDelay(this, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      if (lastNanos >= 0) {
        longest.accumulateAndGet(nanos - lastNanos, Math::max);
      }
      spent.set(nanos);
      lastNanos = nanos;
    }
  }
}
