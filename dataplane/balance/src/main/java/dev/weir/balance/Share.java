package dev.weir.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The endpoints of one member of a group, which take turns with the calls that fall to it. */
final class Share {

  private final Endpoint[] endpoints;
  private final int weight;

  /**
   * Makes a share.
   *
   * @param endpoints at least one
   * @param weight how often the member stands in the list of the group
   */
  Share(List<Endpoint> endpoints, int weight) {
    this.endpoints = endpoints.toArray(Endpoint[]::new);
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  List<Endpoint> endpoints() {
    return List.of(endpoints);
  }

  /**
   * The endpoint whose turn it is.
   *
   * @param call number of the call, counted over the calls that fall to this share
   */
  @Nullable Endpoint pick(long call, long nowNanos, @Nullable Set<Endpoint> tried) {
    int turn = (int) (call % endpoints.length);
    Endpoint endpoint = endpoints[turn];
    if (RoundRobin.isOpen(endpoint, nowNanos, tried)) {
      return endpoint;
    }
    return endpoints.length == 1 ? null : substitute(turn, call, nowNanos, tried);
  }

  /** One of the others, a different one each time that {@code turn} comes round. */
  private @Nullable Endpoint substitute(
      int turn, long call, long nowNanos, @Nullable Set<Endpoint> tried) {
    int others = endpoints.length - 1;
    int first = (int) (call / endpoints.length % others);
    for (int i = 0; i < others; i++) {
      int step = 1 + (first + i) % others;
      Endpoint endpoint = endpoints[(turn + step) % endpoints.length];
      if (RoundRobin.isOpen(endpoint, nowNanos, tried)) {
        return endpoint;
      }
    }
    return null;
  }
}
