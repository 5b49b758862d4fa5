package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.GrpcStatus;
import dev.weir.http2.HeaderField;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

class LoopCallsTest {
  private static final int MOST = 3;
  private static final long MILLI = 1_000_000;

  private final ConcurrentMap<String, MethodNames> names = new ConcurrentHashMap<>();
  private final LoopCalls one = new LoopCalls(names, MOST);
  private final LoopCalls two = new LoopCalls(names, MOST);

  private static HeaderField path(String text) {
    return HeaderField.of(":path", text);
  }

  private Map<String, Long> counts(String api) {
    Map<String, ApiCounts> sums = new TreeMap<>();
    one.addTo(sums);
    two.addTo(sums);
    Map<String, Long> all = new TreeMap<>();
    ApiCounts counts = sums.getOrDefault(api, new ApiCounts());
    counts.forEachMethod((method, status, calls) -> all.put(method + " " + status, calls));
    counts.forEachHttp(all::put);
    return all;
  }

  @Test
  void aMethodCountsByItsNameOnceItWasAnswered() {
    PathCalls calls = one.of("api", path("/a.B/C"));
    calls.grpc(GrpcStatus.UNAVAILABLE, false, MILLI);
    calls.grpc(GrpcStatus.OK, true, MILLI);
    calls.grpc(GrpcStatus.UNAVAILABLE, false, MILLI);

    assertThat(counts("api"))
        .isEqualTo(Map.of("other UNAVAILABLE", 1L, "a.B/C OK", 1L, "a.B/C UNAVAILABLE", 1L));
  }

  @Test
  void whatAServerSaysOfMethodsItDoesNotHaveIsNoName() {
    PathCalls calls = one.of("api", path("/a.B/C"));
    calls.grpc(GrpcStatus.UNIMPLEMENTED, true, MILLI);
    calls.grpc(GrpcStatus.UNAUTHENTICATED, true, MILLI);
    calls.grpc(GrpcStatus.PERMISSION_DENIED, true, MILLI);
    calls.grpc(GrpcStatus.NOT_FOUND, true, MILLI);
    calls.grpc(GrpcStatus.INTERNAL, true, MILLI);
    calls.grpc(GrpcStatus.CANCELLED, false, MILLI);

    assertThat(counts("api"))
        .hasSize(6)
        .allSatisfy((name, _) -> assertThat(name).startsWith("other "));
  }

  /** A stream that its caller always leaves. */
  @Test
  void whatIsBeingAnsweredIsOneOfTheMethods() {
    one.of("api", path("/a.B/C")).grpc(GrpcStatus.CANCELLED, true, MILLI);
    one.of("api", path("/a.B/D")).grpc(GrpcStatus.DEADLINE_EXCEEDED, true, MILLI);

    assertThat(counts("api")).containsOnlyKeys("a.B/C CANCELLED", "a.B/D DEADLINE_EXCEEDED");
  }

  @Test
  void loopsShareTheirNamesAndAddUp() {
    one.of("api", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);
    two.of("api", path("/a.B/C")).grpc(GrpcStatus.UNAVAILABLE, false, MILLI);
    two.of("api", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);

    assertThat(counts("api")).isEqualTo(Map.of("a.B/C OK", 2L, "a.B/C UNAVAILABLE", 1L));
  }

  /** A bomb of names (G10). */
  @Test
  void noMoreNamesThanThereMayBeOnAllLoopsTogether() {
    for (int i = 0; i < 10 * MOST; i++) {
      (i % 2 == 0 ? one : two).of("api", path("/a.B/M" + i)).grpc(GrpcStatus.OK, true, MILLI);
    }

    assertThat(counts("api")).hasSize(MOST + 1).containsEntry("other OK", 9L * MOST);
  }

  @Test
  void whatIsNoMethodsPathOrTooLongIsAmongTheOthers() {
    one.of("api", path("/other")).grpc(GrpcStatus.OK, true, MILLI);
    one.of("api", path("/a.B/" + "m".repeat(300))).grpc(GrpcStatus.OK, true, MILLI);

    assertThat(counts("api")).isEqualTo(Map.of("other OK", 2L));
  }

  @Test
  void otherCallsCountByTheClassOfTheirStatus() {
    PathCalls calls = one.of("api", path("/page"));
    calls.http(204, MILLI);
    calls.http(CallCounts.BROKEN, MILLI);

    assertThat(counts("api")).isEqualTo(Map.of("2xx", 1L, "broken", 1L));
  }

  @Test
  void durationsAreCountedUpToTheirBounds() {
    PathCalls calls = one.of("api", path("/a.B/C"));
    calls.grpc(GrpcStatus.OK, true, MILLI);
    calls.grpc(GrpcStatus.OK, true, MILLI + 1);
    calls.http(200, 3_600_000 * MILLI);
    Map<String, ApiCounts> sums = new TreeMap<>();
    one.addTo(sums);

    ApiCounts counts = Objects.requireNonNull(sums.get("api"));

    assertThat(counts.durations()).hasSize(ApiCounts.SECONDS.size() + 1).startsWith(1L, 1L, 0L);
    assertThat(counts.durations().getLast()).isEqualTo(1);
    assertThat(counts.seconds()).isBetween(3600.0, 3600.01);
  }

  @Test
  void whatIsServedNoMoreIsForgotten() {
    one.of("api", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);
    one.of("stays", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);

    one.forget(Set.of("api"));

    assertThat(counts("api")).isEmpty();
    assertThat(counts("stays")).hasSize(1);
    assertThat(names).containsOnlyKeys("stays");
  }
}
