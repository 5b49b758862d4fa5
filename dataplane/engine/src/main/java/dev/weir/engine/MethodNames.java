package dev.weir.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The methods of an API that have a count of their own, on all event loops. Who calls can invent as
 * many as they like, so that there is an end to it: a name is kept once an endpoint has shown that
 * it has the method, and only while there is room. For all threads.
 */
final class MethodNames {
  private final int most;
  private final AtomicReference<Set<String>> names = new AtomicReference<>(Set.of());

  /**
   * @param most how many there may be
   */
  MethodNames(int most) {
    this.most = most;
  }

  boolean has(String method) {
    return names.get().contains(method);
  }

  /** No further one will be taken. */
  boolean isFull() {
    return names.get().size() >= most;
  }

  /** Keeps a name; false if there is no room for it. */
  boolean take(String method) {
    while (true) {
      Set<String> now = names.get();
      if (now.contains(method)) {
        return true;
      }
      if (now.size() >= most) {
        return false;
      }
      Set<String> longer = new HashSet<>(now);
      longer.add(method);
      if (names.compareAndSet(now, longer)) {
        return true;
      }
    }
  }
}
