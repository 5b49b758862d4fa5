package dev.weir.engine;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;

/** Time that moves only when the simulation moves it, in nanoseconds. */
final class SimulatedClock implements Ticker {
  private long nanos = 1_000_000_000L;

  @Override
  public long nanoTime() {
    return nanos;
  }

  void advance(long by) {
    nanos += by;
  }

  @Override
  public long initialNanoTime() {
    return 0;
  }

  @Override
  public void sleep(long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }
}
