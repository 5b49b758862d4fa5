package dev.weir.http2;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decodes the header block of one call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class HpackDecoderBenchmark {
  @Param({"plain", "indexed", "fresh", "metadata", "literals"})
  public String style = "";

  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final FieldList fields = new FieldList();
  private Heads heads = Heads.none();

  @Setup
  public void encode() {
    heads = Heads.of(style);
  }

  @Benchmark
  public int decode() {
    byte[] block = heads.next();
    fields.clear();
    decoder.decode(block, 0, block.length, fields);
    return fields.size();
  }
}
