package dev.weir.jwt;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key set at an address, kept up to date: fetched ahead, again after a while, and when a token
 * names a key that is not in it, but for that once a minute at most, so that who makes up names
 * makes nobody fetch. What cannot be fetched, or has no key, leaves the last good one in place. For
 * all threads.
 */
public final class KeySetSource implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(KeySetSource.class);

  /** Between fetches that tokens cause. */
  private static final long ASKED_NANOS = Duration.ofMinutes(1).toNanos();

  /** After a fetch that failed, doubled for each further one, up to a minute. */
  private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long LAST_RETRY_NANOS = Duration.ofMinutes(1).toNanos();

  /** Who waits for a fetch: one for all tokens of APIs with the same settings. */
  private static final int MOST_WAITING = 1 << 16;

  private final URI address;
  private final Fetch fetch;
  private final Executor threads;
  private final LongSupplier nanoTime;
  private final Runnable changed;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile KeySet keys = KeySet.EMPTY;
  private volatile boolean known;
  private final AtomicLong fetches = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean closed;

  /** Not null while a fetch is under way. */
  private @Nullable List<Runnable> waiting;

  private long refreshNanos;

  /** When the last fetch began, and the last good one. */
  private long begun;

  private long asOf;
  private long nextFetch;
  private long nextAsked;
  private long retryNanos = RETRY_NANOS;

  /**
   * @param refresh after how long it is fetched again, needed or not
   * @param threads run fetches and what waits for them
   * @param nanoTime as {@link System#nanoTime}
   * @param changed runs when keys have gone
   */
  public KeySetSource(
      URI address,
      Duration refresh,
      Fetch fetch,
      Executor threads,
      LongSupplier nanoTime,
      Runnable changed) {
    this.address = address;
    this.refreshNanos = refresh.toNanos();
    this.fetch = fetch;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.changed = changed;
    this.nextFetch = nanoTime.getAsLong();
    this.nextAsked = nextFetch;
  }

  @Override
  public @Nullable VerificationKey find(SigningMethod method, @Nullable String keyId) {
    return keyId == null ? null : keys.find(method, keyId);
  }

  @Override
  public boolean isKnown() {
    return known;
  }

  @Override
  public boolean isAsOf(long nanos) {
    lock.lock();
    try {
      return known && asOf - nanos >= 0;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long pauseNanos() {
    lock.lock();
    try {
      if (waiting != null) {
        return 0;
      }
      long now = nanoTime.getAsLong();
      return Math.max(0, known ? Math.min(nextAsked - now, nextFetch - now) : nextFetch - now);
    } finally {
      lock.unlock();
    }
  }

  /** How many fetches were begun. */
  public long fetches() {
    return fetches.get();
  }

  /** How many came to nothing. */
  public long failures() {
    return failures.get();
  }

  public URI address() {
    return address;
  }

  /**
   * Changes after how long it is fetched again.
   *
   * @param refresh as for {@link #KeySetSource}
   */
  public void refreshAfter(Duration refresh) {
    lock.lock();
    try {
      refreshNanos = refresh.toNanos();
      nextFetch = Math.min(nextFetch, nanoTime.getAsLong() + refreshNanos);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean ask(Runnable then) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (waiting == null && known && now - nextAsked >= 0) {
        nextAsked = now + ASKED_NANOS;
        begin(now);
      }
      if (waiting == null && fetches.get() == 0) {
        begin(now);
      }
      List<Runnable> line = waiting;
      return line != null && line.size() < MOST_WAITING && line.add(then);
    } finally {
      lock.unlock();
    }
  }

  /** Fetches if it is time to. */
  @Override
  public void tick() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (waiting == null && now - nextFetch >= 0) {
        begin(now);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fetches now, or soon after the fetch that is under way, which may have begun too early. Until
   * then the last key set counts.
   */
  public void refetch() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (waiting == null) {
        begin(now);
      } else {
        nextFetch = now;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    keys.giveWayTo(KeySet.EMPTY);
  }

  /** The lock is held. */
  private void begin(long now) {
    waiting = new ArrayList<>();
    begun = now;
    nextFetch = now + refreshNanos;
    fetches.incrementAndGet();
    try {
      threads.execute(this::run);
    } catch (RejectedExecutionException e) {
      waiting = null;
    }
  }

  private void run() {
    KeySet before = keys;
    KeySet next = fetched(before);
    boolean gone = false;
    if (next != null) {
      keys = next;
      known = true;
      gone = before.giveWayTo(next);
      if (closed) {
        next.giveWayTo(KeySet.EMPTY);
      }
    }
    List<Runnable> line = end(next != null);
    if (gone) {
      changed.run();
    }
    line.forEach(this::go);
  }

  private void go(Runnable then) {
    try {
      threads.execute(then);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("who waited for a key set is gone");
    }
  }

  private @Nullable KeySet fetched(KeySet before) {
    try {
      KeySet next = KeySet.of(fetch.get(address), before);
      if (next.size() == 0 && before.size() > 0) {
        failed("it has no key that tokens could be signed with");
        return null;
      }
      if (next.size() == 0) {
        LOG.atWarn()
            .addKeyValue("url", address)
            .log("the key set has no key that tokens could be signed with");
      }
      return next;
    } catch (IOException | BadKey e) {
      failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("the gateway stops");
    } catch (RuntimeException | Error e) {
      // Such as no memory: calls wait for an answer.
      failed(String.valueOf(e));
    }
    return null;
  }

  private void failed(String why) {
    LOG.atWarn()
        .addKeyValue("url", address)
        .addKeyValue("reason", why)
        .log(
            known
                ? "the key set cannot be fetched, the last one stays"
                : "the key set cannot be fetched, calls with its tokens are refused");
  }

  private List<Runnable> end(boolean good) {
    lock.lock();
    try {
      if (good) {
        retryNanos = RETRY_NANOS;
        asOf = begun;
      } else {
        failures.incrementAndGet();
        nextFetch = Math.min(nextFetch, nanoTime.getAsLong() + retryNanos);
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
      }
      List<Runnable> line = waiting == null ? List.of() : waiting;
      waiting = null;
      return line;
    } finally {
      lock.unlock();
    }
  }
}
