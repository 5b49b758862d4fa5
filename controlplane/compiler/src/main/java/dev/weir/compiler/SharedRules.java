package dev.weir.compiler;

import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.KeyDefinition;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keys that say the same share one {@link KeyRules}, as long as one of them is there. */
final class SharedRules {
  private final Matching matching;
  private final KeyPatterns patterns;
  private final WeakHashMap<KeyDefinition, WeakReference<KeyRules>> rules = new WeakHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private Set<String> loose = Set.of();

  /** As for {@link KeyRules}. */
  SharedRules(Matching matching, KeyPatterns patterns) {
    this.patterns = patterns;
    this.matching = matching;
  }

  /** Has them know the patterns that count from now on, and before. */
  void loose(Set<String> apis) {
    lock.lock();
    try {
      loose = apis;
      for (WeakReference<KeyRules> reference : rules.values()) {
        @Nullable KeyRules known = reference.get();
        if (known != null) {
          known.take(patterns, apis);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param definition see {@link KeyDefinition#rules}
   */
  KeyRules of(KeyDefinition definition) {
    lock.lock();
    try {
      WeakReference<KeyRules> reference = rules.get(definition);
      @Nullable KeyRules known = reference == null ? null : reference.get();
      if (known == null) {
        known = new KeyRules(definition, matching);
        known.take(patterns, loose);
        rules.put(definition, new WeakReference<>(known));
      }
      return known;
    } finally {
      lock.unlock();
    }
  }
}
