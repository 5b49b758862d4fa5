package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProofThreadsTest {
  private static final int WAITING = 8;

  private final int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  private final ProofThreads threads = new ProofThreads("proofs", WAITING);
  private final CountDownLatch busy = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    busy.countDown();
    threads.close();
  }

  /** One that holds its thread, or its place, until the end of the test. */
  private ProofThreads.Proof proof(boolean wanted) {
    return new ProofThreads.Proof() {
      @Override
      public boolean isWanted() {
        asked.incrementAndGet();
        return wanted;
      }

      @Override
      public void run() {
        try {
          busy.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private void fill(boolean wanted) {
    while (threads.run(proof(wanted))) {
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void thoseWhoWaitAreNotLookedThroughForEachWhoIsRefused() {
    fill(true);

    for (int i = 0; i < 1000; i++) {
      assertThat(threads.run(proof(true))).isFalse();
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void thoseWhoGaveUpMakeRoom() {
    fill(false);
    for (int i = 0; i < count; i++) {
      threads.gaveUp();
    }

    assertThat(threads.run(proof(true))).isTrue();
    assertThat(asked).hasValue(WAITING * count);
  }
}
