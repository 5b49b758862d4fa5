package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Resolution;
import dev.weir.balance.Resolution.Resolved;
import dev.weir.balance.Resolution.Unresolved;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoint groups supplied with the addresses of their members. Safe for all threads;
 * lookups run on threads of its own, and one lock guards the rest and makes it the only publisher.
 *
 * <p>Each name is asked for once, however many groups use it, and again 30 s after an answer or 5 s
 * after a failure. A failure leaves the last good addresses in use.
 *
 * <p>The JVM has a cache of its own before the system's resolver, which would make changes known up
 * to 30 s late. Whoever starts the process turns it off, before the first lookup of any kind:
 *
 * <pre>
 *   Security.setProperty("networkaddress.cache.ttl", "0");
 *   Security.setProperty("networkaddress.cache.negative.ttl", "0");
 * </pre>
 */
public final class NameResolver implements AutoCloseable {

  /** How long after an answer a name is asked for again, unless told otherwise. */
  public static final Duration REFRESH = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(5);

  /** IPv4 before IPv6, then by value: name servers change the order from answer to answer. */
  private static final Comparator<InetAddress> STABLE_ORDER =
      Comparator.<InetAddress>comparingInt(address -> address.getAddress().length)
          .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

  private final Lookup lookup;
  private final Timer timer;
  private final Duration refresh;
  private final Duration retry;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition answer = lock.newCondition();
  private final Map<String, ResolvedName> names = new HashMap<>();

  /**
   * Makes a resolver without groups.
   *
   * @param lookup what is asked
   * @param refresh how long after an answer a name is asked for again; after a failure it is 5 s,
   *     if that is shorter
   */
  public NameResolver(Lookup lookup, Duration refresh) {
    this(lookup, refresh, new LookupThreads());
  }

  NameResolver(Lookup lookup, Duration refresh, Timer timer) {
    this.lookup = lookup;
    this.refresh = refresh;
    this.retry = refresh.compareTo(RETRY) < 0 ? refresh : RETRY;
    this.timer = timer;
  }

  /**
   * Supplies a group from now on. What is known is published before this returns: IP addresses, and
   * names that other groups use. New names are asked for in the background.
   */
  public void add(EndpointGroup group) {
    lock.lock();
    try {
      group.members().forEach(member -> watch(member.host(), group));
      publish(group);
    } finally {
      lock.unlock();
    }
  }

  /** Stops supplying a group. It keeps the endpoints it has. */
  public void remove(EndpointGroup group) {
    lock.lock();
    try {
      group.members().forEach(member -> unwatch(member.host(), group));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until each name was answered once, well or not.
   *
   * @param atMost how long to wait for that
   * @return whether all were
   */
  public boolean awaitAnswers(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (left > 0 && !names.values().stream().allMatch(ResolvedName::isAnswered)) {
        left = answer.awaitNanos(left);
      }
      return names.values().stream().allMatch(ResolvedName::isAnswered);
    } finally {
      lock.unlock();
    }
  }

  /** Stops all lookups. Groups keep the endpoints they have. */
  @Override
  public void close() {
    lock.lock();
    try {
      names.clear();
      timer.close();
    } finally {
      lock.unlock();
    }
  }

  private void watch(String host, EndpointGroup group) {
    ResolvedName name = names.computeIfAbsent(host, this::newName);
    name.groups().add(group);
  }

  private void unwatch(String host, EndpointGroup group) {
    ResolvedName name = names.get(host);
    if (name != null && name.groups().remove(group) && name.groups().isEmpty()) {
      names.remove(host);
    }
  }

  private ResolvedName newName(String host) {
    ResolvedName name = new ResolvedName(host);
    InetAddress literal = literal(host);
    if (literal == null) {
      timer.schedule(() -> refresh(name), Duration.ZERO);
    } else {
      name.answer(new Resolved(List.of(literal)));
    }
    return name;
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException _) {
      return null; // a name
    }
  }

  private void refresh(ResolvedName name) {
    if (isWatched(name)) {
      take(name, lookUp(name.host()));
    }
  }

  private boolean isWatched(ResolvedName name) {
    lock.lock();
    try {
      return names.get(name.host()) == name;
    } finally {
      lock.unlock();
    }
  }

  private Resolution lookUp(String host) {
    try {
      List<InetAddress> addresses =
          lookup.addresses(host).stream().distinct().sorted(STABLE_ORDER).toList();
      return addresses.isEmpty() ? unresolved(host, "no address") : new Resolved(addresses);
    } catch (UnknownHostException | RuntimeException e) {
      return unresolved(host, Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  /** Says why; the JDK's messages are the host, mostly followed by the cause. */
  private static Unresolved unresolved(String host, String detail) {
    String cause = detail.equals(host) ? "unknown host" : detail.replace(host + ": ", "");
    return new Unresolved("host name " + host + " does not resolve: " + cause);
  }

  private void take(ResolvedName name, Resolution found) {
    lock.lock();
    try {
      if (names.get(name.host()) != name) {
        return;
      }
      if (name.answer(found)) {
        name.groups().forEach(this::publish);
      }
      answer.signalAll();
      timer.schedule(() -> refresh(name), found instanceof Resolved ? refresh : retry);
    } finally {
      lock.unlock();
    }
  }

  private void publish(EndpointGroup group) {
    group.publish(this::known);
  }

  private Resolution known(String host) {
    return Objects.requireNonNull(names.get(host), host).known();
  }
}
