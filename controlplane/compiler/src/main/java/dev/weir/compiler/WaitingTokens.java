package dev.weir.compiler;

import dev.weir.compiler.ProofTurns.Proof;
import dev.weir.jwt.KeySource;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tokens that wait for the keys of a source to be brought up to date, in a line for each address
 * that they come from, so that who fills all places from one of them leaves room for others. For
 * all threads, none of them an event loop.
 */
final class WaitingTokens {
  private static final int PLACES = 256;

  private final KeySource source;
  private final ReentrantLock lock = new ReentrantLock();

  /** While there is something in it, the source has been asked and has not answered yet. */
  private FairLines<Proof> lines = new FairLines<>(PLACES);

  WaitingTokens(KeySource source) {
    this.source = source;
  }

  KeySource source() {
    return source;
  }

  /**
   * Has the source be asked.
   *
   * @param address from which the token comes
   * @param again runs when keys are there, or is told that it will not be; on any thread
   * @return false when it is neither, as nothing more can be learned now
   */
  boolean ask(long address, Proof again) {
    Proof refused;
    lock.lock();
    try {
      if (lines.size() == 0 && !source.ask(this::come)) {
        return false;
      }
      if (lines.isFull()) {
        lines.removeIf(one -> !one.isWanted());
      }
      refused = lines.add(address, again);
    } finally {
      lock.unlock();
    }
    if (refused != null) {
      refused.isRefused();
    }
    return true;
  }

  /** Whatever came of it: those who wait look again, in their turns. */
  private void come() {
    FairLines<Proof> all = taken();
    for (Proof next = all.next(Proof::isWanted); next != null; next = all.next(Proof::isWanted)) {
      next.run();
    }
  }

  private FairLines<Proof> taken() {
    lock.lock();
    try {
      FairLines<Proof> all = lines;
      lines = new FairLines<>(PLACES);
      return all;
    } finally {
      lock.unlock();
    }
  }
}
