package dev.weir.model;

import java.util.List;
import java.util.Optional;

/**
 * From where an API may be called.
 *
 * @param allowed {@code allowed_ips}; empty for everybody
 * @param blocked {@code blacklisted_ips}, who may not call even if they are allowed
 */
public record AddressLists(Optional<List<AddressRange>> allowed, List<AddressRange> blocked) {
  public AddressLists {
    allowed = allowed.map(List::copyOf);
    blocked = List.copyOf(blocked);
  }

  /** Whether anybody may call. */
  public boolean isEmpty() {
    return allowed.isEmpty() && blocked.isEmpty();
  }
}
