package dev.weir.engine;

import dev.weir.filter.AddressRange;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is believed and told about who calls.
 *
 * @param trusted proxies that are believed when they say whom they call for
 * @param depth which of the addresses that they name counts, from the last one on, which is 1; 0
 *     for the last one that is none of theirs
 * @param appendsAddress whether endpoints get the client's address, behind those that a trusted
 *     proxy names
 * @param refusesUnderscores whether calls with a {@code _} in the name of a field are refused
 * @param stripped names of further fields that count only when a trusted proxy sets them
 */
public record Forwarding(
    List<AddressRange> trusted,
    int depth,
    boolean appendsAddress,
    boolean refusesUnderscores,
    FoldedNames stripped) {

  /** Nobody is believed, and endpoints get the client's address. */
  public static final Forwarding DEFAULT =
      new Forwarding(List.of(), 0, true, false, FoldedNames.NONE);

  /** What is known of a client for as long as it is connected. An address may not be known. */
  ClientAddress client(@Nullable SocketAddress peer, ConnectionLoop loop) {
    if (!(peer instanceof InetSocketAddress internet)) {
      return new ClientAddress(false, null, stripped);
    }
    InetAddress address = internet.getAddress();
    return new ClientAddress(
        isTrusted(address), appendsAddress ? loop.shared(forwardedFor(address)) : null, stripped);
  }

  boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(range -> range.contains(address));
  }

  /** As RFC 5952 writes addresses. */
  private static HeaderField forwardedFor(InetAddress address) {
    return HeaderField.of(HeaderName.X_FORWARDED_FOR, NetUtil.toAddressString(address));
  }
}
