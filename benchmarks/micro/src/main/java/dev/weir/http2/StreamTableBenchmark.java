package dev.weir.http2;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The life of one stream in the table: added, found three times, removed when as many others have
 * come after it as are open at a time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class StreamTableBenchmark {
  @Param({"1", "100", "1000"})
  public int open;

  private final ServerConnection connection = new Peerless(new Answerer()).connection();
  private StreamTable table = new StreamTable();
  private Http2Stream[] streams = {};
  private int next;

  @Setup(Level.Iteration)
  public void fill() {
    table = new StreamTable();
    streams = new Http2Stream[open];
    next = 1;
    for (int i = 0; i < open; i++, next += 2) {
      streams[i] = new Http2Stream(connection, next, 0, 0);
      table.add(streams[i]);
    }
  }

  @Benchmark
  public int live() {
    Http2Stream oldest = streams[(next >>> 1) % open];
    table.remove(oldest.id());
    oldest.renew(connection, next, 0, 0);
    table.add(oldest);
    int found = 0;
    for (int frames = 0; frames < 3; frames++) {
      found += table.get(next) == oldest ? 1 : 0;
    }
    next += 2;
    return found;
  }
}
