package dev.weir.http2;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One unary call at the server's side of a connection: everything in this package that it passes,
 * from its bytes to the bytes of its answer. Calls come 64 at a time, as on a busy connection.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class CallBenchmark {
  private static final int BATCH = 64;
  private static final int STREAM_ID_AT = 5;

  @Param({"plain", "indexed", "fresh", "metadata", "literals"})
  public String style = "";

  private final List<Batch> batches = new ArrayList<>();
  private Answerer answerer = new Answerer();
  private Peerless server = new Peerless(answerer);
  private int next;
  private int nextStream;

  /** Calls that come in one read, and where in it their frames begin. */
  private static final class Batch {
    private final ByteBuf bytes;
    private final int[] frames;

    Batch(ByteBuf bytes, int[] frames) {
      this.bytes = bytes;
      this.frames = frames;
    }
  }

  @Setup(Level.Trial)
  public void encode() {
    Heads heads = Heads.of(style);
    for (int i = 0; i < heads.size() / BATCH; i++) {
      batches.add(batch(heads));
    }
  }

  private static Batch batch(Heads heads) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] frames = new int[2 * BATCH];
    for (int i = 0; i < frames.length; i += 2) {
      frames[i] = bytes.size();
      bytes.writeBytes(Peerless.frame(FrameType.HEADERS, Flags.END_HEADERS, 1, heads.next()));
      frames[i + 1] = bytes.size();
      bytes.writeBytes(Peerless.frame(FrameType.DATA, Flags.END_STREAM, 1, new byte[21]));
    }
    return new Batch(Peerless.buffer(bytes.toByteArray()), frames);
  }

  /** A new connection, before the identifiers of the last one run out. */
  @Setup(Level.Iteration)
  public void connect() {
    answerer.free();
    answerer = new Answerer();
    server = new Peerless(answerer);
    next = 0;
    nextStream = 1;
  }

  @TearDown(Level.Iteration)
  public void check() {
    if (answerer.answers() != nextStream / 2) {
      throw new IllegalStateException(
          answerer.answers() + " answers to " + nextStream / 2 + " calls");
    }
  }

  @TearDown(Level.Trial)
  public void free() {
    batches.forEach(batch -> batch.bytes.release());
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int answer() {
    Batch batch = batches.get(next);
    next = next + 1 == batches.size() ? 0 : next + 1;
    for (int i = 0; i < batch.frames.length; i += 2) {
      batch.bytes.setInt(batch.frames[i] + STREAM_ID_AT, nextStream);
      batch.bytes.setInt(batch.frames[i + 1] + STREAM_ID_AT, nextStream);
      nextStream += 2;
    }
    return server.receive(batch.bytes);
  }
}
