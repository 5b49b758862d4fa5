package dev.weir.compiler;

import dev.weir.filter.IdentityLookup.Proven;
import dev.weir.store.PasswordHash;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where passwords are compared with what is kept of them: no more of them at a time than can be
 * compared while a caller waits. For all threads.
 */
final class PasswordThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordThreads.class);

  /** For each thread: some 16 seconds' work. */
  private static final int WAITING = 64;

  private final ProofThreads threads = new ProofThreads("weir-passwords", WAITING);
  private final RareLines faults = new RareLines(System::nanoTime);

  /**
   * Compares a password, of nobody too.
   *
   * @param proof of what was shown
   * @return false when there is too much to do
   */
  boolean compare(@Nullable User user, User.Proof proof, byte[] password, Proven proven) {
    return threads.run(
        new ProofThreads.Proof() {
          @Override
          public boolean isWanted() {
            return proven.isWanted();
          }

          @Override
          public void run() {
            if (proven.isWanted()) {
              tell(proven, isRight(user, proof, password) ? user : null);
            }
          }
        });
  }

  /** Somebody waits for an answer no more. */
  void gaveUp() {
    threads.gaveUp();
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    threads.close();
  }

  private static void tell(Proven proven, @Nullable User user) {
    try {
      proven.is(user);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("who waited for a password to be compared is gone, and its event loop too");
    }
  }

  private boolean isRight(@Nullable User user, User.Proof proof, byte[] password) {
    if (user == null) {
      PasswordHash.matches(PasswordHash.OF_NOBODY, password);
      return false;
    }
    // Many calls of one client may wait for the same answer.
    if (user.wasProvenBy(proof.high(), proof.low())) {
      return true;
    }
    try {
      boolean right = PasswordHash.matches(user.passwordHash(), password);
      if (right) {
        user.isProvenBy(proof);
      }
      return right;
    } catch (RuntimeException e) {
      long untold = faults.untold();
      if (untold != RareLines.NONE) {
        LOG.atError()
            .setCause(e)
            .addKeyValue("untold", untold)
            .log("a fault of the gateway while it compared a password");
      }
      return false;
    }
  }
}
