package dev.weir.http2;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Encodes the fields of one call as they come from a client that writes its heads in a style. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class HpackEncoderBenchmark {
  @Param({"plain", "indexed", "fresh", "metadata", "literals"})
  public String style = "";

  private final HpackEncoder encoder = new HpackEncoder();
  private final List<FieldList> calls = new ArrayList<>();
  private final byte[] out = new byte[16 << 10];
  private int next;

  @Setup
  public void decode() {
    Heads heads = Heads.of(style);
    HpackDecoder decoder = new HpackDecoder(4096);
    for (int i = 0; i < heads.size(); i++) {
      byte[] block = heads.next();
      FieldList fields = new FieldList();
      decoder.decode(block, 0, block.length, fields);
      calls.add(fields);
    }
  }

  @Benchmark
  public int encode() {
    FieldList fields = calls.get(next);
    next = next + 1 == calls.size() ? 0 : next + 1;
    int end = encoder.beginBlock(out, 0);
    for (int i = 0; i < fields.size(); i++) {
      end = encoder.encode(fields.get(i), out, end);
    }
    return end;
  }
}
