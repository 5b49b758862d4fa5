package dev.weir.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The methods of an API that have a count of their own, on all event loops. Who calls can invent as
 * many as they like, so that there is an end to it: a name is kept once an endpoint has shown that
 * it has the method, and only while there is room. Those that definitions write out come besides:
 * no stranger takes their places. For all threads.
 */
final class MethodNames {
  private final int most;
  private final AtomicReference<Names> names = new AtomicReference<>(new Names(Set.of(), 0));

  /**
   * @param learned how many were learned of calls
   */
  private record Names(Set<String> all, int learned) {
    Names with(String method, boolean isLearned) {
      Set<String> longer = new HashSet<>(all);
      longer.add(method);
      return new Names(longer, isLearned ? learned + 1 : learned);
    }
  }

  /**
   * @param most how many there may be
   */
  MethodNames(int most) {
    this.most = most;
  }

  boolean has(String method) {
    return names.get().all().contains(method);
  }

  /** No further one will be taken. */
  boolean isFull() {
    return names.get().learned() >= most;
  }

  /** Keeps a name that a call has shown; false if there is no room for it. */
  boolean take(String method) {
    return keep(method, true);
  }

  /** Keeps a name that a definition has; false where no method is to have a count of its own. */
  boolean takeNamed(String method) {
    return most > 0 && keep(method, false);
  }

  private boolean keep(String method, boolean isLearned) {
    while (true) {
      Names now = names.get();
      if (now.all().contains(method)) {
        return true;
      }
      if (isLearned && now.learned() >= most) {
        return false;
      }
      if (names.compareAndSet(now, now.with(method, isLearned))) {
        return true;
      }
    }
  }
}
