package dev.weir.model;

import java.net.InetAddress;

/**
 * All addresses that begin with the same bits.
 *
 * @param first the lowest of them
 * @param bits how many bits they have in common, up to 32 or 128: then it is one address alone
 */
public record AddressRange(InetAddress first, int bits) {

  /** As it is written, such as {@code 10.0.0.0/8}. */
  @Override
  public String toString() {
    return first.getHostAddress() + "/" + bits;
  }
}
