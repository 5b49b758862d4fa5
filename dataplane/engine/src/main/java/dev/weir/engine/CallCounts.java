package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How calls ended, as their callers saw it. Calls that were refused and what the gateway answers by
 * itself, such as its health, are not among them. Confined to one event loop.
 */
final class CallCounts {
  /** In the place of the status of an HTTP answer that broke off, or never came. */
  static final int BROKEN = 0;

  /** Of statuses of HTTP, {@link #BROKEN} being the first. */
  static final int CLASSES = 6;

  private final long[] grpc = new long[GrpcStatus.values().length];
  private final long[] http = new long[CLASSES];
  private final Map<ProxyError.Kind, Counter> failed = new EnumMap<>(ProxyError.Kind.class);

  /** Of one reason. */
  private static final class Counter {
    private long calls;
  }

  CallCounts() {
    for (ProxyError.Kind kind : ProxyError.Kind.values()) {
      failed.put(kind, new Counter());
    }
  }

  void grpc(GrpcStatus status) {
    grpc[status.code()]++;
  }

  /**
   * @param status of the answer, or {@link #BROKEN}
   */
  void http(int status) {
    http[classOf(status)]++;
  }

  /** The gateway itself ended a call. */
  void failed(ProxyError.Kind kind) {
    Objects.requireNonNull(failed.get(kind)).calls++;
  }

  static int classOf(int status) {
    return Math.min(status / 100, CLASSES - 1);
  }

  static String nameOfClass(int index) {
    return index == BROKEN ? "broken" : index + "xx";
  }

  /** Calls of gRPC by their status. */
  Map<GrpcStatus, Long> grpc() {
    Map<GrpcStatus, Long> counts = new EnumMap<>(GrpcStatus.class);
    for (GrpcStatus status : GrpcStatus.values()) {
      counts.put(status, grpc[status.code()]);
    }
    return counts;
  }

  /** Calls that the gateway ended, by what went wrong. */
  Map<ProxyError.Kind, Long> failed() {
    Map<ProxyError.Kind, Long> counts = new EnumMap<>(ProxyError.Kind.class);
    failed.forEach((kind, counter) -> counts.put(kind, counter.calls));
    return counts;
  }

  /** Other calls by the class of their status, such as {@code 2xx}. */
  Map<String, Long> http() {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = 0; i < CLASSES; i++) {
      counts.put(nameOfClass(i), http[i]);
    }
    return counts;
  }
}
