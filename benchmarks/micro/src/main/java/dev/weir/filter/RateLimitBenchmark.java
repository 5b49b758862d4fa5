package dev.weir.filter;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** One call asks for admission, at twice the rate that is admitted, or with room for all. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class RateLimitBenchmark {
  private static final long CALL = 1_000;

  @Param({"10", "1000"})
  public int calls;

  private RateLimit roomy = new RateLimit(1, 1, 0);
  private RateLimit full = new RateLimit(1, 1, 0);

  /** The time of one loop, which goes on by a microsecond with each call. */
  @State(Scope.Thread)
  public static class Loop {
    private long now;
  }

  @Setup
  public void make() {
    roomy = new RateLimit(calls, calls * CALL * 1e-10, 0);
    full = new RateLimit(calls, calls * CALL * 2e-9, 0);
  }

  @Benchmark
  public boolean admitted(Loop loop) {
    return roomy.admit(loop.now += CALL);
  }

  @Benchmark
  public boolean halfRefused(Loop loop) {
    return full.admit(loop.now += CALL);
  }

  @Benchmark
  @Threads(2)
  public boolean byTwoLoops(Loop loop) {
    return roomy.admit(loop.now += CALL);
  }

  @Benchmark
  public long remaining(Loop loop) {
    return roomy.remaining(loop.now);
  }
}
