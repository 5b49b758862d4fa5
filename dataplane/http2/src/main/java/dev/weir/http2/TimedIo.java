package dev.weir.http2;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Measures the turns of an event loop: how long its sockets and its tasks keep it, without the time
 * for which it waits for something to do. Confined to one event loop.
 */
public final class TimedIo extends ForwardingIo {
  private final LongSupplier clock;
  private final LoopTurns turns;
  private final Watched context = new Watched();
  private boolean begun;
  private long socketsNanos;
  private long socketsEnd;

  /** Passes on what is asked, and asks for the time that the sockets take. */
  private final class Watched implements IoHandlerContext {
    private IoHandlerContext loop = NO_WAIT;

    @Override
    public boolean canBlock() {
      return loop.canBlock();
    }

    @Override
    public long delayNanos(long now) {
      return loop.delayNanos(now);
    }

    @Override
    public long deadlineNanos() {
      return loop.deadlineNanos();
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return true;
    }

    @Override
    public void reportActiveIoTime(long nanos) {
      socketsNanos = nanos;
      loop.reportActiveIoTime(nanos);
    }
  }

  TimedIo(IoHandler io, LongSupplier clock, LoopTurns turns) {
    super(io);
    this.clock = clock;
    this.turns = turns;
  }

  /**
   * Handlers of that kind, with a watch.
   *
   * @param turns what the next loop has its turns counted by
   */
  public static IoHandlerFactory of(IoHandlerFactory kind, Supplier<LoopTurns> turns) {
    return executor -> new TimedIo(kind.newHandler(executor), System::nanoTime, turns.get());
  }

  @Override
  public int run(IoHandlerContext loop) {
    if (begun) {
      turns.count(socketsNanos + clock.getAsLong() - socketsEnd);
    }
    begun = true;
    socketsNanos = 0;
    context.loop = loop;
    int found = io.run(context);
    socketsEnd = clock.getAsLong();
    return found;
  }
}
