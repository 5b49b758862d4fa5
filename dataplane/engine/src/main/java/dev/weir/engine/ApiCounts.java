package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** How the calls of an API ended so far, and how long they took, on all event loops together. */
public final class ApiCounts {
  /** In the place of methods that have no count of their own. */
  public static final String OTHER = "other";

  /** The upper bounds of what {@link #durations} counts, the last of which has none. */
  public static final List<Double> SECONDS =
      List.of(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10., 60.);

  private static final long[] BOUND_NANOS =
      SECONDS.stream().mapToLong(seconds -> Math.round(seconds * 1e9)).toArray();

  private final Map<String, long[]> methods = new TreeMap<>();
  private final long[] http = new long[CallCounts.CLASSES];
  private final long[] durations = new long[BOUND_NANOS.length + 1];
  private long nanos;

  /** Where among the durations so many nanoseconds are. */
  static int bucket(long nanos) {
    int bucket = 0;
    while (bucket < BOUND_NANOS.length && nanos > BOUND_NANOS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  void addMethod(String name, Tally byStatus) {
    add(byStatus, methods.computeIfAbsent(name, _ -> new long[byStatus.size()]));
  }

  void add(Tally byClass, Tally byDuration, long tookNanos) {
    add(byClass, http);
    add(byDuration, durations);
    nanos += tookNanos;
  }

  private static void add(Tally more, long[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more.get(i);
    }
  }

  /** Takes a method, a status of its calls that have ended, and how many. */
  @FunctionalInterface
  public interface EachMethod {
    void take(String method, GrpcStatus status, long calls);
  }

  /** Tells how calls of gRPC ended, leaving out what never happened. */
  public void forEachMethod(EachMethod taker) {
    methods.forEach((method, byStatus) -> {
      for (GrpcStatus status : GrpcStatus.values()) {
        if (byStatus[status.code()] > 0) {
          taker.take(method, status, byStatus[status.code()]);
        }
      }
    });
  }

  /** Tells how other calls ended, by the class of their status, and leaves out the same. */
  public void forEachHttp(ObjLongConsumer<String> taker) {
    for (int i = 0; i < http.length; i++) {
      if (http[i] > 0) {
        taker.accept(CallCounts.nameOfClass(i), http[i]);
      }
    }
  }

  /** How many calls took no longer than each bound, and longer than the one before. */
  public List<Long> durations() {
    return Arrays.stream(durations).boxed().toList();
  }

  /** How long all of them took together. */
  public double seconds() {
    return nanos / 1e9;
  }
}
