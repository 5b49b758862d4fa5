package dev.weir.app;

import dev.weir.engine.CallLog;
import dev.weir.engine.EndedCall;
import dev.weir.http2.HeaderField;
import dev.weir.model.AccessLogField;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: a thread that looks into the queues of the event loops and writes a line for each
 * call. No loop waits for it, or wakes it. A call that finds its queue full, or whose line cannot
 * be written, is counted and given up.
 */
final class AccessLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int QUEUED_CALLS = 1 << 13;
  private static final int BATCH_BYTES = 1 << 16;

  /** So many in one look are reason to look sooner the next time. */
  private static final int MANY_CALLS = QUEUED_CALLS / 8;

  private static final long SHORTEST_PAUSE_NANOS = 100_000;
  private static final long LONGEST_PAUSE_NANOS = 10_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final AccessLine line;
  private final @Nullable Path file;
  private final List<CallLog> queues = new CopyOnWriteArrayList<>();
  private final LongAdder unwritten = new LongAdder();
  private final Thread thread;

  /** For the thread: text on its way to the file. */
  private final ByteBuffer room = ByteBuffer.allocateDirect(2 * BATCH_BYTES);

  /** For the thread: calls on their way to their lines. */
  private final @Nullable EndedCall[] batch = new @Nullable EndedCall[16];

  /** It has no meaning: what nobody uses is not read. */
  @SuppressWarnings("unused")
  private long fetched;

  private FileChannel out;
  private volatile boolean reopening;
  private volatile boolean stopping;

  private AccessLog(AccessLine line, @Nullable Path file) throws IOException {
    this.line = line;
    this.file = file;
    this.out = open(file);
    this.thread = Thread.ofPlatform().daemon().name("weir-access-log").unstarted(this::work);
  }

  /**
   * Begins to write.
   *
   * @param file what is there stays; null for standard output
   * @throws IOException when the file cannot be written
   */
  static AccessLog start(List<AccessLogField> fields, @Nullable Path file) throws IOException {
    AccessLog log;
    try {
      log = new AccessLog(new AccessLine(fields), file);
    } catch (IOException e) {
      throw new IOException("weir.access_log.file: " + file + " cannot be written: " + e, e);
    }
    log.thread.start();
    return log;
  }

  private static FileChannel open(@Nullable Path file) throws IOException {
    return file == null
        ? new FileOutputStream(FileDescriptor.out).getChannel()
        : FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** A queue for an event loop. */
  CallLog queue() {
    CallLog queue = new CallLog(QUEUED_CALLS);
    queues.add(queue);
    return queue;
  }

  /** Soon goes on in a file of the same name, after the one so far was given another. */
  void reopen() {
    reopening = file != null;
  }

  /** How many calls have no line. */
  long lost() {
    return unwritten.sum() + queues.stream().mapToLong(CallLog::lost).sum();
  }

  private void work() {
    LogText text = new LogText();
    long pause = LONGEST_PAUSE_NANOS;
    boolean last;
    do {
      last = stopping;
      if (reopening) {
        reopening = false;
        openAnew();
      }
      int calls = write(text);
      if (calls == 0) {
        line.rest();
      }
      pause = pause(pause, calls);
      if (!last) {
        LockSupport.parkNanos(pause);
      }
    } while (!last);
  }

  /**
   * For how many nanoseconds to wait after so many calls: many lines are written at once for less
   * than one by one, but no queue may become full.
   */
  static long pause(long before, int calls) {
    return calls > MANY_CALLS
        ? Math.max(before / 2, SHORTEST_PAUSE_NANOS)
        : Math.min(2 * before, LONGEST_PAUSE_NANOS);
  }

  /** Writes what has come; answers how many calls that were. */
  private int write(LogText text) {
    int written = 0;
    long offset = Math.multiplyExact(System.currentTimeMillis(), 1_000_000L) - System.nanoTime();
    for (CallLog queue : queues) {
      int calls = 0;
      for (int taken = take(queue); taken > 0; taken = take(queue)) {
        calls += taken;
        for (int i = 0; i < taken; i++) {
          EndedCall call = Objects.requireNonNull(batch[i]);
          line.append(text, call, offset + call.begunNanos());
          batch[i] = null;
        }
        if (text.length() >= BATCH_BYTES) {
          flush(text, calls);
          written += calls;
          calls = 0;
        }
      }
      flush(text, calls);
      written += calls;
    }
    return written;
  }

  /**
   * Takes some calls out of a queue. They are in the cache of another core: each step reads one
   * object of all of them, so that the processor fetches them together.
   */
  private int take(CallLog queue) {
    int taken = queue.poll(batch);
    long sum = 0;
    for (int i = 0; i < taken; i++) {
      EndedCall call = Objects.requireNonNull(batch[i]);
      sum ^= call.begunNanos() ^ call.attempts();
    }
    for (int i = 0; i < taken; i++) {
      EndedCall call = Objects.requireNonNull(batch[i]);
      HeaderField credential = call.credential();
      sum ^= (call.head().grpc() ? 1 : 0) ^ (credential == null ? 0 : credential.value().length);
    }
    fetched = sum;
    return taken;
  }

  private void flush(LogText text, int calls) {
    if (calls > 0) {
      boolean torn = !isWritten(text);
      text.clear();
      if (torn) {
        unwritten.add(calls);
        // A part of the last line may be there.
        text.append('\n');
      }
    }
  }

  private boolean isWritten(LogText text) {
    try {
      text.writeTo(out, room);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void openAnew() {
    try {
      FileChannel before = out;
      out = open(file);
      before.close();
    } catch (IOException e) {
      LOG.atError()
          .addKeyValue("file", file)
          .addKeyValue("reason", e)
          .log("cannot open the access log anew, the file so far goes on");
    }
  }

  /** Writes what is left, if it can be written within a second. */
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
