package dev.weir.filter;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * All addresses that begin with the same bits.
 *
 * @param first the lowest of them
 * @param bits how many bits they have in common
 */
public record AddressRange(InetAddress first, int bits) {

  /** IPv4 and IPv6 have nothing in common: an address of IPv4 in IPv6 is given as IPv4. */
  public boolean contains(InetAddress address) {
    byte[] common = first.getAddress();
    byte[] bytes = address.getAddress();
    int whole = bits / Byte.SIZE;
    int mask = 0xff00 >> bits % Byte.SIZE & 0xff;
    return bytes.length == common.length
        && Arrays.equals(bytes, 0, whole, common, 0, whole)
        && (mask == 0 || (bytes[whole] & mask) == (common[whole] & mask));
  }
}
