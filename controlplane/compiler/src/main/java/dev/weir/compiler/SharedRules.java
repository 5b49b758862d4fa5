package dev.weir.compiler;

import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.KeyDefinition;
import java.lang.ref.WeakReference;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keys that say the same share one {@link KeyRules}, as long as one of them is there. */
final class SharedRules {
  private final Matching matching;
  private final boolean wantAll;
  private final WeakHashMap<KeyDefinition, WeakReference<KeyRules>> rules = new WeakHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** As for {@link KeyRules}. */
  SharedRules(Matching matching, boolean wantAll) {
    this.matching = matching;
    this.wantAll = wantAll;
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
        known = new KeyRules(definition, matching, wantAll);
        rules.put(definition, new WeakReference<>(known));
      }
      return known;
    } finally {
      lock.unlock();
    }
  }
}
