package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * The end of the log: takes events from any thread, never makes one wait, and writes their lines
 * from a thread of its own. An event that finds the queue full, or a line that cannot be written
 * (full disk, closed pipe), is counted and given up; the first line that gets out again says how
 * many are missing.
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final int QUEUE_EVENTS = 8192;
  private static final int BATCH_EVENTS = 256;

  private final LogLine line;
  private final OutputStream out;
  private final BlockingQueue<ILoggingEvent> queue;
  private final LongAdder lost = new LongAdder();
  private final Thread thread = new Thread(this::drainQueue, "weir-log");
  private volatile boolean stopping;
  private long reportedLost;

  LogWriter(LogLine line, OutputStream out) {
    this(line, out, QUEUE_EVENTS);
  }

  LogWriter(LogLine line, OutputStream out, int queueEvents) {
    this.line = line;
    this.out = out;
    this.queue = new ArrayBlockingQueue<>(queueEvents);
    setName("weir");
  }

  /** How many events never became a written line. */
  long lost() {
    return lost.sum();
  }

  @Override
  public void start() {
    super.start();
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.getFormattedMessage(); // now, while its arguments are as they were
    if (!queue.offer(event)) {
      lost.increment();
    }
  }

  /** Writes what is queued, for as long as {@code patience} at most, and ends the thread. */
  void stop(Duration patience) {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
  }

  private void drainQueue() {
    List<ILoggingEvent> batch = new ArrayList<>(BATCH_EVENTS);
    StringBuilder text = new StringBuilder();
    while (await(batch)) {
      long missing = lost.sum();
      if (missing > reportedLost) {
        String warning = (missing - reportedLost) + " log lines are missing here";
        line.append(text, System.currentTimeMillis(), warning);
      }
      batch.forEach(event -> format(text, event));
      if (write(text)) {
        reportedLost = missing;
      } else {
        lost.add(batch.size());
      }
      text.setLength(0);
      batch.clear();
    }
  }

  /** Fills the batch; false when nothing will come any more. */
  private boolean await(List<ILoggingEvent> batch) {
    while (batch.isEmpty()) {
      if (stopping && queue.isEmpty()) {
        return false;
      }
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        // Only stop() interrupts: look again at what is left.
      }
    }
    queue.drainTo(batch, BATCH_EVENTS - 1);
    return true;
  }

  private void format(StringBuilder text, ILoggingEvent event) {
    int begin = text.length();
    try {
      line.append(text, event);
    } catch (RuntimeException e) {
      // A logged object whose toString fails costs its line, not the log.
      text.setLength(begin);
      lost.increment();
    }
  }

  private boolean write(StringBuilder text) {
    try {
      out.write(text.toString().getBytes(UTF_8));
      out.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
