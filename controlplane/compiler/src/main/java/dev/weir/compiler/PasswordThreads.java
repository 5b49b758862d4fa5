package dev.weir.compiler;

import dev.weir.filter.IdentityLookup.Proven;
import dev.weir.store.PasswordHash;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where passwords are compared with what is kept of them: no more of them at a time than can be
 * compared while a caller waits, in turns by the address that they come from. For all threads.
 */
final class PasswordThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordThreads.class);

  /** For each thread: some 16 seconds' work. */
  private static final int WAITING = 64;

  /**
   * Whoever starts a thread takes the pool's lock for that, event loops too: seldom, as threads
   * stay for as long as there is something to do. The queue, which is short, has none.
   */
  private final ThreadPoolExecutor threads =
      ProofThreads.pool("weir-passwords", new LinkedTransferQueue<>());

  private final RareLines faults = new RareLines(System::nanoTime);
  private final ProofTurns turns =
      new ProofTurns(
          ProofThreads.count(), WAITING * ProofThreads.count(), threads, this::tellFault);

  /**
   * Compares a password, of nobody too.
   *
   * @param proof of what was shown
   * @param address from which it was
   * @return whether it is told what comes of it; false when there is too much to do
   */
  boolean compare(
      @Nullable User user, User.Proof proof, byte[] password, long address, Proven proven) {
    return turns.run(
        address,
        new ProofTurns.Proof() {
          @Override
          public boolean isWanted() {
            return proven.isWanted();
          }

          @Override
          public void isRefused() {
            tell(proven::isBusy);
          }

          @Override
          public void run() {
            if (proven.isWanted()) {
              tell(answer(user, proof, password, proven));
            }
          }
        });
  }

  /** Somebody waits for an answer no more. */
  void gaveUp() {
    turns.gaveUp();
  }

  /** How much there is to do. */
  LoginCounts counts() {
    return turns.counts();
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static void tell(Runnable answer) {
    try {
      answer.run();
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("who waited for a password to be compared is gone, and its event loop too");
    }
  }

  /** What is told of a password, whatever happens. */
  private Runnable answer(@Nullable User user, User.Proof proof, byte[] password, Proven proven) {
    try {
      User right = isRight(user, proof, password) ? user : null;
      return () -> proven.is(right);
    } catch (RuntimeException e) {
      tellFault(e);
      return () -> proven.is(null);
    } catch (Error e) {
      // Such as no memory: it may be right.
      tellFault(e);
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

  private void tellFault(Throwable fault) {
    long untold = faults.untold();
    if (untold != RareLines.NONE) {
      LOG.atError()
          .setCause(fault)
          .addKeyValue("untold", untold)
          .log("a fault of the gateway while it compared a password");
    }
  }
}
