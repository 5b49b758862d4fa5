package dev.weir.engine;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of addresses of proxies that are believed.
 *
 * @param first the lowest of them
 * @param bits how many bits they have in common
 */
public record TrustedRange(InetAddress first, int bits) {

  boolean contains(InetAddress address) {
    byte[] common = first.getAddress();
    byte[] bytes = address.getAddress();
    int whole = bits / Byte.SIZE;
    int mask = 0xff00 >> bits % Byte.SIZE & 0xff;
    return bytes.length == common.length
        && Arrays.equals(bytes, 0, whole, common, 0, whole)
        && (mask == 0 || (bytes[whole] & mask) == (common[whole] & mask));
  }
}
