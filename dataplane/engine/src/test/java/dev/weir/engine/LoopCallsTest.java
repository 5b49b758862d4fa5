package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.GrpcStatus;
import dev.weir.filter.ListenPath;
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

  private static PathCalls of(LoopCalls loop, String api, HeaderField path) {
    return loop.of(api, null, path, path);
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
    PathCalls calls = of(one, "api", path("/a.B/C"));
    calls.grpc(GrpcStatus.UNAVAILABLE, false, MILLI);
    calls.grpc(GrpcStatus.OK, true, MILLI);
    calls.grpc(GrpcStatus.UNAVAILABLE, false, MILLI);

    assertThat(counts("api"))
        .isEqualTo(Map.of("other UNAVAILABLE", 1L, "a.B/C OK", 1L, "a.B/C UNAVAILABLE", 1L));
  }

  @Test
  void whatAServerSaysOfMethodsItDoesNotHaveIsNoName() {
    PathCalls calls = of(one, "api", path("/a.B/C"));
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
    of(one, "api", path("/a.B/C")).grpc(GrpcStatus.CANCELLED, true, MILLI);
    of(one, "api", path("/a.B/D")).grpc(GrpcStatus.DEADLINE_EXCEEDED, true, MILLI);

    assertThat(counts("api")).containsOnlyKeys("a.B/C CANCELLED", "a.B/D DEADLINE_EXCEEDED");
  }

  @Test
  void loopsShareTheirNamesAndAddUp() {
    of(one, "api", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);
    of(two, "api", path("/a.B/C")).grpc(GrpcStatus.UNAVAILABLE, false, MILLI);
    of(two, "api", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);

    assertThat(counts("api")).isEqualTo(Map.of("a.B/C OK", 2L, "a.B/C UNAVAILABLE", 1L));
  }

  /** A bomb of names (G10). */
  @Test
  void noMoreNamesThanThereMayBeOnAllLoopsTogether() {
    for (int i = 0; i < 10 * MOST; i++) {
      of(i % 2 == 0 ? one : two, "api", path("/a.B/M" + i)).grpc(GrpcStatus.OK, true, MILLI);
    }

    assertThat(counts("api")).hasSize(MOST + 1).containsEntry("other OK", 9L * MOST);
  }

  /** G10: whatever strangers have called before, and whatever becomes of the first call. */
  @Test
  void methodsThatADefinitionNamesComeBesides() {
    Terms terms = named("/a.B/Named");
    for (int i = 0; i < 10 * MOST; i++) {
      of(one, "api", path("/a.B/M" + i)).grpc(GrpcStatus.OK, true, MILLI);
    }
    two.of("api", terms, path("/below/a.B/Named"), path("/a.B/Named"))
        .grpc(GrpcStatus.UNAVAILABLE, false, MILLI);
    two.of("api", terms, path("/a.B/Other"), path("/a.B/Other")).grpc(GrpcStatus.OK, true, MILLI);

    assertThat(counts("api"))
        .hasSize(MOST + 2)
        .containsEntry("a.B/Named UNAVAILABLE", 1L)
        .containsEntry("other OK", 9L * MOST + 1);
  }

  /** They take no places of others, and none where there is no count of a method. */
  @Test
  void methodsThatADefinitionNamesLeaveRoomForOthers() {
    LoopCalls none = new LoopCalls(names, 0);
    none.of("none", named("/a.B/C"), path("/a.B/C"), path("/a.B/C"))
        .grpc(GrpcStatus.OK, true, MILLI);
    for (int i = 0; i < MOST; i++) {
      HeaderField path = path("/a.B/N" + i);
      one.of("api", named("/a.B/N" + i), path, path).grpc(GrpcStatus.OK, true, MILLI);
    }
    for (int i = 0; i < MOST; i++) {
      of(one, "api", path("/a.B/M" + i)).grpc(GrpcStatus.OK, true, MILLI);
    }
    Map<String, ApiCounts> sums = new TreeMap<>();
    none.addTo(sums);
    Map<String, Long> all = new TreeMap<>();
    Objects.requireNonNull(sums.get("none"))
        .forEachMethod((method, status, calls) -> all.put(method + " " + status, calls));

    assertThat(all).isEqualTo(Map.of("other OK", 1L));
    assertThat(counts("api")).hasSize(2 * MOST).doesNotContainKey("other OK");
  }

  private static Terms named(String path) {
    return new Terms(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        ListenPath.of("/below".length()),
        Set.of(path));
  }

  @Test
  void whatIsNoMethodsPathOrTooLongIsAmongTheOthers() {
    of(one, "api", path("/other")).grpc(GrpcStatus.OK, true, MILLI);
    of(one, "api", path("/a.B/" + "m".repeat(300))).grpc(GrpcStatus.OK, true, MILLI);

    assertThat(counts("api")).isEqualTo(Map.of("other OK", 2L));
  }

  @Test
  void otherCallsCountByTheClassOfTheirStatus() {
    PathCalls calls = of(one, "api", path("/page"));
    calls.http(204, MILLI);
    calls.http(CallCounts.BROKEN, MILLI);

    assertThat(counts("api")).isEqualTo(Map.of("2xx", 1L, "broken", 1L));
  }

  @Test
  void durationsAreCountedUpToTheirBounds() {
    PathCalls calls = of(one, "api", path("/a.B/C"));
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
    of(one, "api", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);
    of(one, "stays", path("/a.B/C")).grpc(GrpcStatus.OK, true, MILLI);

    one.forget(Set.of("api"));

    assertThat(counts("api")).isEmpty();
    assertThat(counts("stays")).hasSize(1);
    assertThat(names).containsOnlyKeys("stays");
  }
}
