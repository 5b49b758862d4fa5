package dev.weir.engine;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop without a thread: tasks and timers run when the simulation says so. */
final class SimulatedLoop extends AbstractScheduledEventExecutor implements EventLoop {
  private final SimulatedClock clock;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  SimulatedLoop(SimulatedClock clock) {
    this.clock = clock;
  }

  /** Runs what is due, and everything that follows from it; whether there was anything. */
  boolean turn() {
    boolean ran = false;
    for (Runnable task = nextTask(); task != null; task = nextTask()) {
      task.run();
      ran = true;
    }
    return ran;
  }

  /** Runs what is due by now, as Netty's do before they turn to sockets again. */
  void turnOnce() {
    var due = new ArrayList<Runnable>();
    for (Runnable task = nextTask(); task != null; task = nextTask()) {
      due.add(task);
    }
    due.forEach(Runnable::run);
  }

  private @Nullable Runnable nextTask() {
    Runnable task = tasks.poll();
    return task != null ? task : pollScheduledTask(clock.nanoTime());
  }

  /** How long until the next timer, or -1 when there is none. */
  long untilNextTimer() {
    long deadline = nextScheduledTaskDeadlineNanos();
    return deadline < 0 ? -1 : Math.max(deadline - clock.nanoTime(), 0);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Ticker ticker() {
    return clock;
  }

  @Override
  @Deprecated
  protected long getCurrentTimeNanos() {
    return clock.nanoTime();
  }

  @Override
  public boolean inEventLoop() {
    return true;
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return true;
  }

  @Override
  public @Nullable EventLoopGroup parent() {
    return null;
  }

  @Override
  public EventLoop next() {
    return this;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    throw new UnsupportedOperationException();
  }

  // ---- its end, which does not come ------------------------------------------------------------

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<?> terminationFuture() {
    throw new UnsupportedOperationException();
  }

  @Override
  @Deprecated
  public void shutdown() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isShuttingDown() {
    return false;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
