package dev.weir.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The picker of a group with a single endpoint: resting or not, there is no other. */
record OneEndpoint(Endpoint endpoint) implements Picker {

  @Override
  public @Nullable Endpoint pick(long nowNanos, @Nullable Set<Endpoint> tried) {
    return tried != null && tried.contains(endpoint) ? null : endpoint;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(endpoint);
  }
}
