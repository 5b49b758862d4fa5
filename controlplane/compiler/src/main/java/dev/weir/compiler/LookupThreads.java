package dev.weir.compiler;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timer that has daemon threads of its own. Platform threads, because the JDK's lookup blocks
 * in native code and would hold the carrier of a virtual thread all the while. A few, so that one
 * slow name server does not delay the names of others; none while no name is watched.
 */
final class LookupThreads implements Timer {

  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          THREADS, Thread.ofPlatform().daemon().name("name-lookup-", 1).factory());

  LookupThreads() {
    executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  @SuppressWarnings(
      "FutureReturnValueIgnored") // tasks catch what they throw; nobody waits for them
  public void schedule(Runnable task, Duration delay) {
    executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
