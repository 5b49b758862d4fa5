package dev.weir.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One address of an endpoint group, and whether it is worth trying. Used by all event loops at
 * once, without locks; compared by identity.
 *
 * <pre>
 *             connectFailed                 the rest ends
 *   healthy ----------------->  resting  ----------------->  due
 *      ^                           ^                           |  a picker sends one call
 *      |                           |  connectFailed            v
 *      +---------------------------+------------------------ probing
 *                connected
 * </pre>
 *
 * <p>A rest lasts 0.5 s after the first failure and doubles with each further one up to 10 s, by 20
 * % more or less. When it is over, one call is sent to find out; the others go on avoiding the
 * endpoint until that call is connected, or has failed, or 3 s have passed. So an address that
 * swallows packets delays one call each time, not all that come while a connect waits.
 */
public final class Endpoint {

  static final long FIRST_REST_NANOS = 500_000_000L;
  static final long LONGEST_REST_NANOS = 10_000_000_000L;
  static final long PROBE_NANOS = 3_000_000_000L;
  private static final double JITTER = 0.2;

  private final InetSocketAddress address;
  private final String authority;
  private final String pathPrefix;
  private final Transport transport;
  private final DoubleSupplier random;

  /** Null while healthy. */
  private volatile @Nullable Rest rest;

  private volatile boolean retired;

  private static final VarHandle REST = restHandle();

  /**
   * A time in which calls go elsewhere.
   *
   * @param failures failures in a row so far
   * @param untilNanos when the endpoint is due for a try
   * @param isProbe whether a call is under way that finds out
   */
  private record Rest(int failures, long untilNanos, boolean isProbe) {

    boolean isOver(long nowNanos) {
      return nowNanos - untilNanos >= 0;
    }
  }

  /**
   * Makes a healthy endpoint.
   *
   * @param address where it is, resolved
   * @param authority host and port as the user wrote them, for {@code :authority}
   * @param pathPrefix put before the path of each call; empty for nothing
   * @param random numbers from 0 to below 1 that spread the rests; called by all event loops
   */
  public Endpoint(
      InetSocketAddress address,
      String authority,
      String pathPrefix,
      Transport transport,
      DoubleSupplier random) {
    this.address = address;
    this.authority = authority;
    this.pathPrefix = pathPrefix;
    this.transport = transport;
    this.random = random;
  }

  public InetSocketAddress address() {
    return address;
  }

  public String authority() {
    return authority;
  }

  /** What is put before the path of each call; empty for nothing. */
  public String pathPrefix() {
    return pathPrefix;
  }

  public Transport transport() {
    return transport;
  }

  /** Whether calls go elsewhere now, as far as there is an elsewhere. */
  public boolean isResting(long nowNanos) {
    Rest current = rest;
    return current != null && !current.isOver(nowNanos);
  }

  /**
   * Takes note that a connection was made, and so ends a rest. Also to be called when a resting
   * endpoint answers on a connection that exists.
   */
  public void connected() {
    if (rest != null) {
      rest = null;
    }
  }

  /**
   * Takes note that no connection could be made, or that no call got through. Failures during a
   * rest count as part of the one that began it: event loops that fail together are one failure.
   */
  public void connectFailed(long nowNanos) {
    Rest current = rest;
    if (current != null && !current.isProbe && !current.isOver(nowNanos)) {
      return;
    }
    int failures = current == null ? 1 : current.failures + 1;
    REST.compareAndSet(this, current, new Rest(failures, nowNanos + restNanos(failures), false));
  }

  /** Whether its group has it no more: no call comes, and its connections are to end. */
  public boolean isRetired() {
    return retired;
  }

  void retire() {
    retired = true;
  }

  /**
   * Whether a call is to be sent here while others are there to choose from. After a rest the first
   * to ask is told yes, and has to send its call.
   */
  boolean admits(long nowNanos) {
    Rest current = rest;
    return current == null || (current.isOver(nowNanos) && beginProbe(current, nowNanos));
  }

  private boolean beginProbe(Rest over, long nowNanos) {
    return REST.compareAndSet(this, over, new Rest(over.failures, nowNanos + PROBE_NANOS, true));
  }

  /** How long until it is due for a try; 0 or less when it is. */
  long restLeftNanos(long nowNanos) {
    Rest current = rest;
    return current == null ? 0 : current.untilNanos - nowNanos;
  }

  private long restNanos(int failures) {
    int doublings = Math.min(failures - 1, 5);
    long nanos = Math.min(FIRST_REST_NANOS << doublings, LONGEST_REST_NANOS);
    return (long) (nanos * (1 - JITTER + 2 * JITTER * random.getAsDouble()));
  }

  @Override
  public String toString() {
    return authority + " at " + address;
  }

  private static VarHandle restHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Endpoint.class, "rest", Rest.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("field rest", e);
    }
  }
}
