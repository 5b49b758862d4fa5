package dev.weir.model;

import java.util.Map;

/**
 * What the {@code grpc} object of an API limits.
 *
 * @param all for methods that are not named
 * @param methods by {@code /pkg.Service/Method} and {@code /pkg.Service/*}; what one does not say
 *     is what its service says, or else the API
 */
public record GrpcLimits(CallLimits all, Map<String, CallLimits> methods) {
  public GrpcLimits {
    methods = Map.copyOf(methods);
  }

  /** Whether nothing is limited for any method. */
  public boolean isEmpty() {
    return all.isEmpty() && methods.values().stream().allMatch(CallLimits::isEmpty);
  }
}
