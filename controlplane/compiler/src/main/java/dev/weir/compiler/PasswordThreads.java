package dev.weir.compiler;

import dev.weir.filter.IdentityLookup.Proven;
import dev.weir.store.PasswordHash;
import org.jspecify.annotations.Nullable;

/**
 * Where passwords are compared with what is kept of them: no more of them at a time than can be
 * compared while a caller waits, in turns by the address that they come from. For all threads.
 */
final class PasswordThreads implements AutoCloseable {
  /** For each thread: some 16 seconds' work. */
  private static final int WAITING = 64;

  private final ProofThreads threads =
      new ProofThreads("weir-passwords", WAITING, "compared a password");

  /**
   * Compares a password, of nobody too.
   *
   * @param proof of what was shown
   * @param address from which it was
   * @return whether it is told what comes of it; false when there is too much to do
   */
  boolean compare(
      @Nullable User user, User.Proof proof, byte[] password, long address, Proven proven) {
    return threads.run(
        address,
        new ProofTurns.Proof() {
          @Override
          public boolean isWanted() {
            return proven.isWanted();
          }

          @Override
          public void isRefused() {
            threads.tell(proven::isBusy);
          }

          @Override
          public void run() {
            if (proven.isWanted()) {
              threads.tell(answer(user, proof, password, proven));
            }
          }
        });
  }

  /** Somebody waits for an answer no more. */
  void gaveUp() {
    threads.gaveUp();
  }

  /** How much there is to do. */
  ProofCounts counts() {
    return threads.counts();
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    threads.close();
  }

  /** What is told of a password, whatever happens. */
  private Runnable answer(@Nullable User user, User.Proof proof, byte[] password, Proven proven) {
    try {
      User right = isRight(user, proof, password) ? user : null;
      return () -> proven.is(right);
    } catch (RuntimeException e) {
      threads.tellFault(e);
      return () -> proven.is(null);
    } catch (Error e) {
      // Such as no memory: it may be right.
      threads.tellFault(e);
      return proven::isBusy;
    }
  }

  private static boolean isRight(@Nullable User user, User.Proof proof, byte[] password) {
    if (user == null) {
      PasswordHash.matches(PasswordHash.OF_NOBODY, password);
      return false;
    }
    // Many calls of one client may wait for the same answer.
    if (user.wasProvenBy(proof.high(), proof.low())) {
      return true;
    }
    boolean right = PasswordHash.matches(user.passwordHash(), password);
    if (right) {
      user.isProvenBy(proof);
    }
    return right;
  }
}
