package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ProofTurnsTest {
  private static final int THREADS = 2;
  private static final int MOST = 8;

  private final Deque<Runnable> begun = new ArrayDeque<>();
  private final List<String> run = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();

  /** What the executor throws, each once. */
  private final Deque<Throwable> broken = new ArrayDeque<>();

  private final ProofTurns turns = new ProofTurns(THREADS, MOST, this::begin, faults::add);
  private int asked;

  private void begin(Runnable task) {
    switch (broken.poll()) {
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new AssertionError(e);
      case null -> begun.add(task);
    }
  }

  private class Named implements ProofTurns.Proof {
    private final String name;
    private boolean wanted = true;

    Named(String name) {
      this.name = name;
    }

    @Override
    public boolean isWanted() {
      asked++;
      return wanted;
    }

    @Override
    public void isRefused() {
      refused.add(name);
    }

    @Override
    public void run() {
      run.add(name);
    }
  }

  /** One that its name says the address of. */
  private Named ask(String name) {
    var proof = new Named(name);
    assertThat(turns.run(name.charAt(0), proof)).isTrue();
    return proof;
  }

  private List<Named> fill(String who) {
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < THREADS + MOST; i++) {
      all.add(ask(who + i));
    }
    assertThat(refused).isEmpty();
    return all;
  }

  private void finish(int proofs) {
    for (int i = 0; i < proofs; i++) {
      begun.remove().run();
      assertThat(begun).hasSizeLessThanOrEqualTo(THREADS);
    }
  }

  @Test
  void whoComesAloneWaitsForOneOfEachOther() {
    fill("a");
    ask("b0");
    ask("c0");
    // Those under way, and one of "a".
    finish(THREADS + 3);

    assertThat(run).containsExactly("a0", "a1", "a2", "b0", "c0");
    assertThat(refused).containsExactly("a9", "a8");
  }

  @Test
  void onlyAsManyAreBegunAsThereAreThreads() {
    fill("a");
    assertThat(begun).hasSize(THREADS);
    assertThat(turns.counts()).isEqualTo(new ProofCounts(MOST, 1, MOST));
    finish(THREADS + MOST);

    assertThat(begun).isEmpty();
    assertThat(turns.counts()).isEqualTo(new ProofCounts(0, 0, MOST));
    ask("b0");
    ask("b1");
    assertThat(begun).hasSize(THREADS);
  }

  @Test
  void thoseWhoWaitAreNotLookedThroughForEachWhoIsRefused() {
    fill("a");
    for (int i = 0; i < 1000; i++) {
      ask("a" + i);
    }

    assertThat(refused).hasSize(1000);
    assertThat(asked).isZero();
  }

  @Test
  void thoseWhoGaveUpMakeRoom() {
    fill("a").forEach(proof -> proof.wanted = false);
    for (int i = 0; i < THREADS; i++) {
      turns.gaveUp();
    }
    ask("a10");

    assertThat(refused).isEmpty();
    assertThat(turns.counts().waiting()).isEqualTo(1);
  }

  @Test
  void thoseWhoGaveUpHaveNoTurn() {
    List<Named> all = fill("a");
    all.subList(THREADS, THREADS + MOST - 1).forEach(proof -> proof.wanted = false);
    finish(THREADS + 1);

    assertThat(run).containsExactly("a0", "a1", "a9");
    assertThat(begun).isEmpty();
  }

  @Test
  void whoGaveUpUsesUpNoTurnOfTheirAddress() {
    ask("a0");
    ask("a1");
    Named gone = ask("b0");
    ask("b1");
    ask("c0");
    gone.wanted = false;
    finish(THREADS + 2);

    assertThat(run).containsExactly("a0", "a1", "b1", "c0");
  }

  @Test
  void oneThatFailsKeepsNoThread() {
    var broken = new ArrayDeque<Runnable>();
    var failing = new ProofTurns(1, MOST, broken::add, faults::add);
    failing.run(
        0,
        new Named("broken") {
          @Override
          public void run() {
            throw new IllegalStateException("broken");
          }
        });
    failing.run(0, new Named("next"));
    try {
      broken.remove().run();
    } catch (IllegalStateException e) {
      run.add(e.getMessage());
    }
    broken.remove().run();

    assertThat(run).containsExactly("broken", "next");
  }

  @Test
  void nothingIsBegunOnceItIsClosed() {
    var closed =
        new ProofTurns(
            1,
            MOST,
            task -> {
              throw new RejectedExecutionException("closed");
            },
            faults::add);
    closed.run(0, new Named("late"));

    assertThat(refused).containsExactly("late");
    assertThat(faults).isEmpty();
  }

  @Test
  void oneThatFindsNoThreadIsToldAndTheNextIsRun() {
    broken.add(new InternalError("no thread"));
    broken.add(new IllegalStateException("none"));
    ask("a0");
    ask("a1");
    ask("a2");
    ask("a3");
    ask("a4");
    finish(THREADS + 1);

    assertThat(refused).containsExactly("a0", "a1");
    assertThat(run).containsExactly("a2", "a3", "a4");
    assertThat(faults).hasSize(2);
  }

  /** Nobody would go on with them. */
  @Test
  void thoseWhoWaitAreToldWhenNothingRunsAnyMore() {
    fill("a");
    broken.add(new InternalError("no thread"));
    finish(1);
    assertThat(refused).containsExactly("a2");
    assertThat(turns.counts().waiting()).isEqualTo(MOST - 1);
    broken.add(new InternalError("no thread"));
    finish(1);

    assertThat(refused).containsExactly("a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9");
    assertThat(turns.counts()).isEqualTo(new ProofCounts(0, 0, MOST));
    ask("b0");
    finish(1);
    assertThat(run).containsExactly("a0", "a1", "b0");
  }

  @Test
  void aThreadThatWasMissedIsHadAgainByThoseWhoWait() {
    fill("a");
    broken.add(new InternalError("no thread"));
    finish(1);
    assertThat(begun).hasSize(THREADS - 1);
    ask("b0");
    assertThat(begun).hasSize(THREADS);
    finish(THREADS);

    assertThat(run).containsExactly("a0", "a1", "a3");
  }

  @Test
  void whoCannotBeToldHoldsUpNobody() {
    ask("a0");
    ask("a1");
    ask("a2");
    turns.run(
        0,
        new Named("deaf") {
          @Override
          public void isRefused() {
            throw new IllegalStateException("deaf");
          }
        });
    ask("b0");
    broken.add(new InternalError("no thread"));
    broken.add(new InternalError("no thread"));
    finish(THREADS);

    assertThat(refused).containsExactly("a2", "b0");
    assertThat(faults).hasSize(3);
  }
}
