package dev.weir.balance;

import java.net.InetAddress;
import java.util.List;

/** What is known about the addresses of a host. */
public sealed interface Resolution {

  /**
   * The host has addresses.
   *
   * @param addresses all of them, at least one, in an order that is the same each time
   */
  record Resolved(List<InetAddress> addresses) implements Resolution {

    public Resolved {
      addresses = List.copyOf(addresses);
      if (addresses.isEmpty()) {
        throw new IllegalArgumentException("addresses: none (expected: at least one)");
      }
    }
  }

  /**
   * The host has no known address.
   *
   * @param reason why, in words for the caller of a gRPC method
   */
  record Unresolved(String reason) implements Resolution {}
}
