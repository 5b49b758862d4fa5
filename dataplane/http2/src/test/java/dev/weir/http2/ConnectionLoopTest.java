package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens at the end of an iteration of the event loop, and in which order. */
class ConnectionLoopTest {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ConnectionLoop loop = new ConnectionLoop(tasks::add, () -> 0);
  private final List<String> done = new ArrayList<>();

  private void endIteration() {
    tasks.remove().run();
  }

  @Test
  void workComesBeforeAnyFlush() {
    loop.flushLater(() -> done.add("flush 1"));
    loop.beforeFlush(() -> done.add("work 1"));
    loop.beforeFlush(() -> {
      done.add("work 2");
      loop.flushLater(() -> done.add("flush 2"));
      loop.beforeFlush(() -> done.add("work 3"));
    });
    assertThat(done).isEmpty();

    endIteration();

    assertThat(done).containsExactly("work 1", "work 2", "work 3", "flush 1", "flush 2");
    assertThat(tasks).isEmpty();
  }

  @Test
  void workThatAFlushBringsIsDoneInTheSameIteration() {
    loop.flushLater(() -> loop.beforeFlush(() -> done.add("work")));

    endIteration();

    assertThat(done).containsExactly("work");
    assertThat(tasks).isEmpty();
  }

  @Test
  void workThatFailsKeepsNothingElseFromHappening() {
    loop.beforeFlush(() -> {
      throw new IllegalStateException("broken");
    });
    loop.beforeFlush(() -> done.add("work"));
    loop.flushLater(() -> done.add("flush"));

    assertThatThrownBy(this::endIteration).hasMessage("broken");
    endIteration();

    assertThat(done).containsExactly("work", "flush");
    assertThat(tasks).isEmpty();
  }

  @Test
  void eachIterationHasOneEnd() {
    loop.beforeFlush(() -> done.add("1"));
    endIteration();
    loop.beforeFlush(() -> done.add("2"));
    loop.flushLater(() -> done.add("3"));

    assertThat(tasks).hasSize(1);
    endIteration();
    assertThat(done).containsExactly("1", "2", "3");
  }
}
