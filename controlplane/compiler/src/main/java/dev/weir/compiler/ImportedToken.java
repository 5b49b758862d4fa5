package dev.weir.compiler;

import dev.weir.store.TykHash;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who has a key that came with a hash of Tyk's. Many tokens may have that hash: the first one that
 * is shown is the key's from then on, and no other. For all threads.
 */
final class ImportedToken extends KeyOwner {
  private final TykHash.Function function;
  private final AtomicReference<@Nullable String> tokenHash = new AtomicReference<>();
  private final AtomicBoolean kept = new AtomicBoolean();

  ImportedToken(KnownKey key, TykHash.Function function) {
    super(key);
    this.function = function;
  }

  TykHash.Function function() {
    return function;
  }

  /** The hash of its token; null before that was shown. */
  @Nullable String tokenHash() {
    return tokenHash.get();
  }

  /**
   * Whether it is this token, which it is for the first one.
   *
   * @param shown the hash of the store: how long it takes to compare tells nothing about the token
   */
  boolean isOf(String shown) {
    tokenHash.compareAndSet(null, shown);
    return shown.equals(tokenHash.get());
  }

  /** Whether it is this token already. */
  boolean isOfNoOtherThan(String shown) {
    return shown.equals(tokenHash.get());
  }

  /** The store has it. */
  void isKept(String hash) {
    tokenHash.set(hash);
    kept.set(true);
  }

  /** Whether it has to be kept, and nobody else is about to. */
  boolean beginKeeping() {
    return kept.compareAndSet(false, true);
  }

  /** It was not: whoever comes next tries again. */
  void isNotKept() {
    kept.set(false);
  }
}
