package dev.weir.compiler;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.PathPattern;
import dev.weir.model.AccessRight;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The patterns that keys and policies name, each compiled once by its text, as long as one of them
 * is there. For all threads that may wait: what calls need of it is {@link #of taken out} before.
 */
final class KeyPatterns {
  private final Matching matching;
  private final WeakHashMap<String, WeakReference<KeyPattern>> patterns = new WeakHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  KeyPatterns(Matching matching) {
    this.matching = matching;
  }

  /**
   * A pattern.
   *
   * @param pattern null when it is none
   * @param problem why it is none, as a sentence about it; null when it is one
   */
  record KeyPattern(String text, @Nullable PathPattern pattern, @Nullable String problem) {
    private static KeyPattern of(String text, Matching matching) {
      try {
        return new KeyPattern(text, PathPattern.of(text, matching), null);
      } catch (IllegalArgumentException e) {
        return new KeyPattern(text, null, e.getMessage());
      }
    }
  }

  /**
   * What calls need of some rights, by its texts.
   *
   * @param loose the APIs in which plain paths are patterns, too
   */
  Map<String, KeyPattern> of(Collection<AccessRight> rights, Set<String> loose) {
    return rights.stream()
        .flatMap(right -> texts(right, loose))
        .distinct()
        .map(this::pattern)
        .collect(toUnmodifiableMap(KeyPattern::text, pattern -> pattern));
  }

  private static Stream<String> texts(AccessRight right, Set<String> loose) {
    boolean all = loose.contains(right.apiId());
    return right.allowedUrls().stream()
        .map(AccessRight.AllowedUrl::url)
        .filter(url -> all || !MethodRules.isPlain(url));
  }

  private KeyPattern pattern(String text) {
    lock.lock();
    try {
      WeakReference<KeyPattern> reference = patterns.get(text);
      @Nullable KeyPattern known = reference == null ? null : reference.get();
      if (known == null) {
        known = KeyPattern.of(text, matching);
        patterns.remove(text);
        patterns.put(known.text(), new WeakReference<>(known));
      }
      return known;
    } finally {
      lock.unlock();
    }
  }
}
