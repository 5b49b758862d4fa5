package dev.weir.filter;

import dev.weir.call.ProxyError;
import org.jspecify.annotations.Nullable;

/**
 * Finds who shows a token that somebody has signed for them, such as a JWT. Whether one is good is
 * found out by other threads, once. For all threads.
 */
public interface SignedTokens {
  /** Believes no token. */
  SignedTokens NOBODY =
      new SignedTokens() {
        @Override
        public @Nullable Identity find(byte[] token, int offset, int length) {
          return null;
        }

        @Override
        public boolean prove(byte[] token, long address, Verdict verdict) {
          return false;
        }
      };

  /** Who has shown this token before; null for nobody, or not yet. It may have expired. */
  @Nullable Identity find(byte[] token, int offset, int length);

  /**
   * Has another thread find out who this token stands for, which may have to wait for keys.
   *
   * @param token not to be changed any more
   * @param address from where it is shown, in bits as {@link FailedCredentials} takes them: who
   *     shows something from another one does not wait behind all of this one's
   * @param verdict is told once
   * @return whether it will be told; false when there is too much to do
   */
  boolean prove(byte[] token, long address, Verdict verdict);

  /** Somebody whose {@link Verdict} was wanted waits no more; told once. */
  default void gaveUp() {}

  /** Hears whether a token is good. */
  interface Verdict {
    /** It stands for them; on the thread that has found it out. */
    void is(Identity identity);

    /**
     * It stands for nobody.
     *
     * @param words end a sentence about the token; for its sender, so that they tell nothing of
     *     what a good one would be
     * @param retryNanos after which it may be shown again; 0 where that would not help
     */
    void isNot(ProxyError.Kind kind, String words, long retryNanos);

    /** It is not found out, as too many wait; on any thread, at once or when others have come. */
    void isBusy();

    /** Whether it has to be found out, still; asked on that thread before it is. */
    default boolean isWanted() {
      return true;
    }
  }
}
