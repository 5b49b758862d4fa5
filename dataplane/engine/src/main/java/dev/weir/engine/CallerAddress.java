package dev.weir.engine;

import dev.weir.filter.AddressRules;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where those who call on one connection are: at its other end, or, when that is a proxy that is
 * trusted, at the address that comes last in {@code x-forwarded-for} and is none of a trusted
 * proxy's, or at the one of a given {@link Forwarding#depth}. What others write there counts for
 * nothing. The rules of an API are asked once for each address. Confined to the connection's event
 * loop.
 */
final class CallerAddress {
  /** More is no list of the proxies that a call came by. */
  private static final int MOST_BYTES = 4096;

  /** What can only be an address: names are not looked up. */
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");

  /** Before the bits of an IPv4 address: nobody's network in IPv6 begins with them. */
  private static final long IPV4 = -1L << Integer.SIZE;

  private static final Pattern PORT = Pattern.compile("([0-9.]+|\\[[^\\]]*\\])(:[0-9]*)?");

  private final Forwarding forwarding;
  private final @Nullable InetAddress peer;
  private final boolean trusted;
  private @Nullable HeaderField told;
  private @Nullable InetAddress client;
  private @Nullable AddressRules asked;
  private boolean permitted;
  private @Nullable InetAddress networkOf;
  private long network = IPV4;

  CallerAddress(Forwarding forwarding, @Nullable SocketAddress peer) {
    this.forwarding = forwarding;
    this.peer = peer instanceof InetSocketAddress internet ? plain(internet.getAddress()) : null;
    this.trusted = this.peer != null && forwarding.isTrusted(this.peer);
    this.client = unheard();
  }

  /**
   * Whether these rules let in who calls with this head. An address that is not known is let in by
   * none.
   */
  boolean isPermitted(AddressRules rules, FieldList head) {
    if (trusted && hear(head)) {
      asked = null;
    }
    if (rules != asked) {
      asked = rules;
      permitted = client != null && rules.permit(client);
    }
    return permitted;
  }

  /** The address of who calls with this head; empty when it is not known. */
  String text(FieldList head) {
    if (trusted && hear(head)) {
      asked = null;
    }
    return client == null ? "" : NetUtil.toAddressString(client);
  }

  /** The address of who calls with this head; null for one that is not known. */
  @Nullable InetAddress of(FieldList head) {
    if (trusted && hear(head)) {
      asked = null;
    }
    return client;
  }

  /**
   * Bits that tell where who calls with this head is: those of an IPv4 address, and of IPv6 those
   * of the network, of which its user has all addresses; where it is not known, those of the other
   * end of the connection.
   */
  long network(FieldList head) {
    InetAddress known = of(head);
    InetAddress now = known == null ? peer : known;
    if (now != null && !now.equals(networkOf)) {
      networkOf = now;
      network = bits(now.getAddress());
    }
    return network;
  }

  private static long bits(byte[] address) {
    long bits = address.length == Integer.BYTES ? -1 : 0;
    for (int i = 0; i < Math.min(address.length, Long.BYTES); i++) {
      bits = (bits << Byte.SIZE) | (address[i] & 0xff);
    }
    return bits;
  }

  /** The address of who made the call that was asked about last, for messages. */
  String text() {
    return client == null ? "an unknown address" : NetUtil.toAddressString(client);
  }

  /** Finds out for whom the proxy calls; says whether that may be somebody else than before. */
  private boolean hear(FieldList head) {
    HeaderField all = null;
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (field.name() == HeaderName.X_FORWARDED_FOR) {
        all = all == null ? field : ClientAddress.join(all, field);
      }
    }
    if (all == told) {
      return false;
    }
    told = all;
    client = all == null ? unheard() : among(all);
    return true;
  }

  /** Who calls when nobody says it: a proxy whose callers are to be of a depth is none of them. */
  private @Nullable InetAddress unheard() {
    return trusted && forwarding.depth() > 0 ? null : peer;
  }

  private @Nullable InetAddress among(HeaderField addresses) {
    if (addresses.value().length > MOST_BYTES) {
      return null;
    }
    String[] hops = addresses.valueText().split(",", -1);
    int depth = forwarding.depth();
    if (depth == 0) {
      return lastStranger(hops);
    }
    return depth > hops.length ? null : address(hops[hops.length - depth].strip());
  }

  private @Nullable InetAddress lastStranger(String[] hops) {
    InetAddress nearest = peer;
    for (int i = hops.length - 1; i >= 0; i--) {
      nearest = address(hops[i].strip());
      if (nearest == null || !forwarding.isTrusted(nearest)) {
        return nearest;
      }
    }
    return nearest;
  }

  /** Null for what is no address; a port behind it says nothing. */
  private static @Nullable InetAddress address(String hop) {
    String text = hop;
    var withPort = PORT.matcher(hop);
    if (withPort.matches()) {
      text = withPort.group(1);
      text = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    }
    if (!LITERAL.matcher(text).matches()) {
      return null;
    }
    try {
      return plain(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** An address of IPv4 that is written as one of IPv6 (RFC 4291, 2.5.5.2) is one of IPv4. */
  private static @Nullable InetAddress plain(@Nullable InetAddress address) {
    try {
      return address == null ? null : InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
