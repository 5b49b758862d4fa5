package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the engine does at one moment, and has done so far. Immutable.
 *
 * @param open what is open
 * @param grpcCalls calls of gRPC that have ended, by status
 * @param httpCalls other calls that have ended, by the class of their status: {@code 2xx}, or
 *     {@code broken}
 * @param failedCalls those of both that the gateway itself ended, by what went wrong
 */
public record EngineCounts(
    Activity open,
    Map<GrpcStatus, Long> grpcCalls,
    Map<String, Long> httpCalls,
    Map<ProxyError.Kind, Long> failedCalls) {

  static final EngineCounts NONE = new EngineCounts(Activity.NONE, Map.of(), Map.of(), Map.of());

  /** These and those of another event loop. */
  EngineCounts plus(EngineCounts other) {
    return new EngineCounts(
        open.plus(other.open),
        sum(grpcCalls, other.grpcCalls),
        sum(httpCalls, other.httpCalls),
        sum(failedCalls, other.failedCalls));
  }

  private static <K extends Comparable<K>> Map<K, Long> sum(Map<K, Long> one, Map<K, Long> other) {
    Map<K, Long> sum = new TreeMap<>(one);
    other.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }
}
