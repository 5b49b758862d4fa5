package dev.weir.filter;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From where an API may be called. Immutable; compared by identity, for who keeps an answer. For
 * all threads.
 */
public final class AddressRules {
  private final @Nullable List<AddressRange> allowed;
  private final List<AddressRange> blocked;

  /**
   * @param allowed who may call; null for everybody
   * @param blocked who may not, whoever is allowed
   */
  public AddressRules(@Nullable List<AddressRange> allowed, List<AddressRange> blocked) {
    this.allowed = allowed == null ? null : List.copyOf(allowed);
    this.blocked = List.copyOf(blocked);
  }

  /** Whether one at this address may call. */
  public boolean permit(InetAddress address) {
    return (allowed == null || isIn(allowed, address)) && !isIn(blocked, address);
  }

  private static boolean isIn(List<AddressRange> ranges, InetAddress address) {
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
