package dev.weir.engine;

import dev.weir.filter.EndpointRates;
import dev.weir.filter.ListenPath;
import dev.weir.filter.RateLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How often an API may be called by all together. For all threads, which count together. */
public final class ApiRates {
  private final @Nullable RateLimit all;
  private final @Nullable EndpointRates endpoints;
  private final RateLimit[] limits;

  /**
   * @param all of calls that no endpoint's is for; null for any rate
   * @param endpoints of single methods; null for none
   * @param limits what counts those, in their order
   */
  public ApiRates(
      @Nullable RateLimit all, @Nullable EndpointRates endpoints, List<RateLimit> limits) {
    this.all = all;
    this.endpoints = endpoints;
    this.limits = limits.toArray(RateLimit[]::new);
  }

  /** Whether it matters which method a path stands for. */
  boolean tellsPathsApart() {
    return endpoints != null;
  }

  /** What counts such a call; null for nothing. */
  @Nullable RateLimit limit(byte[] path, ListenPath by, byte[] httpMethod) {
    int index = endpoints == null ? EndpointRates.NONE : endpoints.index(path, by, httpMethod);
    return index == EndpointRates.NONE ? all : limits[index];
  }
}
