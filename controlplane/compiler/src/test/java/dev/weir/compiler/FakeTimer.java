package dev.weir.compiler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A timer whose time passes when a test says so, and which runs tasks on the test's thread. */
final class FakeTimer implements Timer {

  private record Task(Duration due, Runnable action) {}

  private final List<Task> tasks = new ArrayList<>();
  private Duration now = Duration.ZERO;
  private boolean closed;

  @Override
  public void schedule(Runnable task, Duration delay) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    tasks.add(new Task(now.plus(delay), task));
  }

  @Override
  public void close() {
    closed = true;
  }

  int scheduled() {
    return tasks.size();
  }

  /** Lets time pass, and runs what falls due in it in the order of time. */
  void advance(Duration by) {
    Duration end = now.plus(by);
    for (Optional<Task> next = next(end); next.isPresent(); next = next(end)) {
      Task task = next.get();
      tasks.remove(task);
      now = task.due;
      task.action.run();
    }
    now = end;
  }

  private Optional<Task> next(Duration end) {
    return tasks.stream()
        .filter(task -> task.due.compareTo(end) <= 0)
        .min(Comparator.comparing(Task::due));
  }
}
