package dev.weir.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that minds its own business while others misbehave: unary calls at a steady rate on one
 * connection, streams that are open and silent on another. Remembers every call that did not end
 * well. Driven by one thread; its calls run on another.
 */
public final class Bystander implements AutoCloseable {

  private static final String MESSAGE = "all quiet";
  private static final Duration POLL = Duration.ofMillis(1);

  private final EchoClient caller;
  private final EchoClient listener;
  private final List<OpenCall> streams = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final Thread thread;
  private volatile boolean closed;

  private Bystander(int port, Duration interval, int idleStreams) {
    this.caller = EchoClient.to(port);
    this.listener = EchoClient.to(port);
    for (int i = 0; i < idleStreams; i++) {
      OpenCall stream = listener.open(EchoClient.CHAT).send(MESSAGE);
      stream.awaitReply();
      streams.add(stream);
    }
    this.thread = Thread.ofPlatform().name("bystander").start(() -> callEvery(interval));
  }

  /** Begins to call; its silent streams are open when this returns. */
  public static Bystander at(int port, Duration interval, int idleStreams) {
    return new Bystander(port, interval, idleStreams);
  }

  /** How many unary calls have ended. */
  public int calls() {
    return calls.get();
  }

  /** Waits until this many further calls have ended, well or not. */
  public void awaitCalls(int more) {
    int wanted = calls.get() + more;
    long deadline = System.nanoTime() + more * Patience.LIMIT.toNanos();
    while (calls.get() < wanted) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the bystander's calls do not end");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Fails unless every call so far ended well and every silent stream still answers. */
  public void expectUnharmed() {
    for (OpenCall stream : streams) {
      if (!stream.hasEnded()) {
        awaitReplyOrEnd(stream);
      }
      if (stream.hasEnded()) {
        failures.add("silent stream: " + stream.awaitEnd().status());
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a bystander was harmed: " + failures);
    }
  }

  private static void awaitReplyOrEnd(OpenCall stream) {
    int before = stream.replyCount();
    stream.send(MESSAGE);
    long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
    while (stream.replyCount() == before && !stream.hasEnded()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("a silent stream does not answer");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** The time within which 99 of 100 calls since the last question ended; forgets them. */
  public Duration takeP99() {
    var sorted = new ArrayList<Long>();
    for (Long took = nanos.poll(); took != null; took = nanos.poll()) {
      sorted.add(took);
    }
    Collections.sort(sorted);
    return sorted.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(sorted.get((int) (sorted.size() * 99L / 100)));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Patience.LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    caller.close();
    listener.close();
  }

  private void callEvery(Duration interval) {
    while (!closed) {
      long begun = System.nanoTime();
      Outcome outcome = caller.unary(MESSAGE);
      long took = System.nanoTime() - begun;
      if (!outcome.status().isOk()) {
        failures.add(outcome.status().toString());
      }
      nanos.add(took);
      calls.incrementAndGet();
      LockSupport.parkNanos(interval.toNanos() - took);
    }
  }
}
