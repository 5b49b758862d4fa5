package dev.weir.http2;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Writes one DATA frame into the output, which is drained after 64 of them: messages of 21 bytes
 * are copied, payloads of 16 KiB go in by reference.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class OutputBufferBenchmark {
  private static final int FRAMES = 64;
  private static final Consumer<ByteBuf> RELEASE = ByteBuf::release;

  @Param({"21", "16384"})
  public int payload;

  private final ConnectionLoop loop = new ConnectionLoop(Runnable::run, () -> 0);
  private final FrameWriter writer = new FrameWriter(loop, new Nowhere());
  private ByteBuf bytes = Peerless.buffer(new byte[1]);

  /** A transport that nobody has to tell of output. */
  private static final class Nowhere implements Transport {
    @Override
    public void outputPending() {}

    @Override
    public void flushNow() {}

    @Override
    public void closeAfterFlush() {}
  }

  @Setup
  public void fill() {
    bytes.release();
    bytes = Peerless.buffer(new byte[payload]);
  }

  @TearDown
  public void free() {
    bytes.release();
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int write() {
    for (int id = 1; id < 2 * FRAMES; id += 2) {
      writer.data(id, bytes, 0, payload, false);
    }
    int size = writer.output().size();
    writer.output().drainTo(PooledByteBufAllocator.DEFAULT, RELEASE);
    return size;
  }
}
