package dev.weir.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The picker of a group without endpoints.
 *
 * @param unresolvedReason why the names of the group gave none; null when it has no names
 */
record NoEndpoints(@Nullable String unresolvedReason) implements Picker {

  @Override
  public @Nullable Endpoint pick(long nowNanos, @Nullable Set<Endpoint> tried) {
    return null;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of();
  }
}
