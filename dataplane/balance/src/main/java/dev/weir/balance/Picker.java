package dev.weir.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable chooser among the endpoints of a group: one way of balancing over one set of them.
 * Shared by all event loops.
 */
sealed interface Picker permits NoEndpoints, OneEndpoint, RoundRobin {

  /** As {@link EndpointGroup#pick}. */
  @Nullable Endpoint pick(long nowNanos, @Nullable Set<Endpoint> tried);

  /** Each endpoint once. */
  List<Endpoint> endpoints();
}
