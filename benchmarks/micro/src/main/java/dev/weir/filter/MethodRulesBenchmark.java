package dev.weir.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.MethodRules.Rule;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One call of a method that the last of many rules permits, or that none does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class MethodRulesBenchmark {
  private static final byte[] POST = "POST".getBytes(US_ASCII);
  private static final byte[] OTHER = "/weir.bench.Other/Unary".getBytes(US_ASCII);

  @Param({"1", "1000"})
  public int rules;

  private byte[] path = OTHER;
  private MethodRules methods = MethodRules.ALL;
  private MethodRules services = MethodRules.ALL;
  private MethodRules pattern = MethodRules.ALL;

  @Setup
  public void compile() {
    path = ("/weir.bench.Bench" + (rules - 1) + "/Unary").getBytes(US_ASCII);
    methods = rules("/Unary");
    services = rules("/*");
    pattern = MethodRules.of(List.of(post("/weir.bench.Bench{number}/Unary")), Matching.TYK);
  }

  private MethodRules rules(String end) {
    return MethodRules.of(
        IntStream.range(0, rules).mapToObj(i -> post("/weir.bench.Bench" + i + end)).toList(),
        Matching.TYK);
  }

  private static Rule post(String url) {
    return new Rule(url, List.of("POST"));
  }

  @Benchmark
  public boolean method() {
    return methods.allows(path, POST);
  }

  @Benchmark
  public boolean service() {
    return services.allows(path, POST);
  }

  @Benchmark
  public boolean none() {
    return methods.allows(OTHER, POST);
  }

  @Benchmark
  public boolean pattern() {
    return pattern.allows(path, POST);
  }
}
