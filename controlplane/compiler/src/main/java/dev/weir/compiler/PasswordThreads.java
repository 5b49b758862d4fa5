package dev.weir.compiler;

import dev.weir.filter.IdentityLookup.Proven;
import dev.weir.store.PasswordHash;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where passwords are compared with what is kept of them: away from the event loops, on half of the
 * cores at most, and no more of them at a time than can be compared while a caller waits. For all
 * threads.
 */
final class PasswordThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordThreads.class);

  /** For each thread: some 16 seconds' work. */
  private static final int WAITING = 64;

  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  PasswordThreads() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING * count),
            Thread.ofPlatform().daemon().name("weir-passwords-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Compares a password, of nobody too.
   *
   * @param proof of what was shown
   * @return false when there is too much to do
   */
  boolean compare(@Nullable User user, User.Proof proof, byte[] password, Proven proven) {
    try {
      threads.execute(() -> tell(proven, isRight(user, proof, password) ? user : null));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static void tell(Proven proven, @Nullable User user) {
    try {
      proven.is(user);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("who waited for a password to be compared is gone, and its event loop too");
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
    try {
      boolean right = PasswordHash.matches(user.passwordHash(), password);
      if (right) {
        user.isProvenBy(proof);
      }
      return right;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a fault of the gateway while it compared a password");
      return false;
    }
  }
}
