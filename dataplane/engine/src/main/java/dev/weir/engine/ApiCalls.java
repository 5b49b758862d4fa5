package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the calls of an API ended, and how long they took. One event loop counts, every thread may
 * read.
 */
final class ApiCalls {
  private final MethodNames names;
  private final Map<String, Tally> methods = new ConcurrentHashMap<>();
  private final Tally other = new Tally(GrpcStatus.values().length);
  private final Tally http = new Tally(CallCounts.CLASSES);
  private final Tally durations = new Tally(ApiCounts.SECONDS.size() + 1);
  private final Tally nanos = new Tally(1);

  /**
   * @param names of methods, shared with the other event loops
   */
  ApiCalls(MethodNames names) {
    this.names = names;
  }

  MethodNames names() {
    return names;
  }

  /** Calls of a method that has a count of its own, by status code. */
  Tally method(String name) {
    return methods.computeIfAbsent(name, _ -> new Tally(GrpcStatus.values().length));
  }

  /** Calls of all other methods, by status code. */
  Tally other() {
    return other;
  }

  /**
   * Counts a call that is none of gRPC.
   *
   * @param status of the answer, or {@link CallCounts#BROKEN}
   */
  void http(int status) {
    http.add(CallCounts.classOf(status), 1);
  }

  /** Counts how long a call took. */
  void took(long tookNanos) {
    durations.add(ApiCounts.bucket(tookNanos), 1);
    nanos.add(0, tookNanos);
  }

  void addTo(ApiCounts sum) {
    methods.forEach(sum::addMethod);
    sum.addMethod(ApiCounts.OTHER, other);
    sum.add(http, durations, nanos.get(0));
  }
}
