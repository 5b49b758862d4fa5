package dev.weir.listener;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of clients on all ports, held against what the process takes. For any
 * thread; asked when a connection comes and goes, never for a call.
 */
public final class Connections {
  /** An address that is not known, as of a client that has gone by now. */
  private static final long NOWHERE = -1;

  private final int most;
  private final int mostPerAddress;
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final Map<Long, Integer> perAddress = new ConcurrentHashMap<>();

  /**
   * @param most connections at once
   * @param mostPerAddress connections at once from one IPv4 address, or from one IPv6 network of 64
   *     bits: a client that has one address of it has all of them
   */
  public Connections(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /** How many are open now. */
  public int open() {
    return open.get();
  }

  /** How many may be open. */
  public int most() {
    return most;
  }

  /** How many have been taken in so far. */
  public long accepted() {
    return accepted.sum();
  }

  /**
   * Takes one in, for which {@link #leave} has to follow.
   *
   * @return what stands against it, or null
   */
  @Nullable ConnectionRefusal admit(@Nullable SocketAddress peer) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return ConnectionRefusal.CONNECTIONS;
    }
    if (perAddress.merge(network(peer), 1, Integer::sum) > mostPerAddress) {
      leave(peer);
      return ConnectionRefusal.CONNECTIONS_PER_ADDRESS;
    }
    accepted.increment();
    return null;
  }

  void leave(@Nullable SocketAddress peer) {
    open.decrementAndGet();
    perAddress.computeIfPresent(network(peer), (network, count) -> count == 1 ? null : count - 1);
  }

  /**
   * An IPv4 address, or the first half of an IPv6 one; no network of IPv6 in use begins with 32
   * zero bits but that of the loopback address.
   */
  private static long network(@Nullable SocketAddress peer) {
    if (!(peer instanceof InetSocketAddress internet)) {
      return NOWHERE;
    }
    byte[] address = internet.getAddress().getAddress();
    long network = 0;
    for (int i = 0; i < address.length && i < Long.BYTES; i++) {
      network = network << 8 | (address[i] & 0xff);
    }
    return network;
  }
}
