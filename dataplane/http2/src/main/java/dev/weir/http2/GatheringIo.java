package dev.weir.http2;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import java.util.function.LongSupplier;

/**
 * Lets input gather where it comes in drops. An event loop that is faster than its peers is woken
 * for one or two sockets at a time, and each turn costs a wait, a wake-up, and a write to the
 * servers for a call or two. After such a turn it looks away for a moment, as network cards do
 * before they interrupt, and finds many sockets ready at once. It goes on for as long as that pays,
 * and tries again now and then where it did not: a caller who waits for each of his answers is not
 * kept waiting. Confined to one event loop.
 */
public final class GatheringIo extends ForwardingIo {
  /** Sockets in a turn from which on it is worth its cost. */
  private static final int ENOUGH = 6;

  /** Sockets in a turn that need not be more. */
  private static final int PLENTY = 32;

  /** A pause that takes longer than this has lost the core to others, and pays for nobody. */
  private static final long LONGEST_NANOS = 200_000;

  private static final int LEAST_TURNS_BETWEEN = 16;
  private static final int MOST_TURNS_BETWEEN = 1024;

  private final LongSupplier pause;
  private int found;
  private int turnsBetween = LEAST_TURNS_BETWEEN;
  private int turnsToNext = LEAST_TURNS_BETWEEN;

  GatheringIo(IoHandler io, LongSupplier pause) {
    super(io);
    this.pause = pause;
  }

  /**
   * Handlers of that kind, with pauses.
   *
   * @param pause looks away for some ten microseconds, and says how many nanoseconds it was
   */
  public static IoHandlerFactory of(IoHandlerFactory kind, LongSupplier pause) {
    return executor -> new GatheringIo(kind.newHandler(executor), pause);
  }

  @Override
  public int run(IoHandlerContext context) {
    boolean paused = isWorthPausing(context);
    long nanos = paused ? pause.getAsLong() : 0;
    // What is counted has come meanwhile: after a pause nothing more is waited for.
    found = io.run(paused ? NO_WAIT : context);
    if (paused) {
      learn(found >= ENOUGH && nanos < LONGEST_NANOS);
    }
    return found;
  }

  private boolean isWorthPausing(IoHandlerContext context) {
    return found > 0 && found < PLENTY && context.canBlock() && --turnsToNext < 0;
  }

  private void learn(boolean paid) {
    turnsToNext = paid ? 0 : turnsBetween;
    turnsBetween = paid ? LEAST_TURNS_BETWEEN : Math.min(2 * turnsBetween, MOST_TURNS_BETWEEN);
  }
}
