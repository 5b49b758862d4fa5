package dev.weir.http2;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;

/**
 * Lets input gather where it comes in drops. An event loop that is faster than its peers is woken
 * for one or two sockets at a time, and each turn costs a wait, a wake-up, and a write to the
 * servers for a call or two. After such a turn it looks away for a moment, as network cards do
 * before they interrupt, and finds many sockets ready at once. It goes on for as long as that pays,
 * and tries again now and then where it did not: a caller who waits for each of his answers is not
 * kept waiting. Where others share its core it gives way to them, as what they do is what comes
 * next, and a core that is left idle for a moment draws threads to it which then are in the way.
 * Confined to one event loop.
 */
public final class GatheringIo extends ForwardingIo {
  /** Sockets in a turn that need not be more. */
  private static final int PLENTY = 32;

  /** Sockets in a turn from which on a rest was worth its cost, and giving way. */
  private static final int ENOUGH_FOR_REST = 6;

  private static final int ENOUGH_FOR_WAY = 2;
  private static final int NEVER_ENOUGH = Integer.MAX_VALUE;

  /** A pause that takes longer than this has lost the core to others, and pays for nobody. */
  private static final long LONGEST_NANOS = 200_000;

  /** Giving way takes less than this when nobody was waiting. */
  private static final long SWITCH_NANOS = 2_000;

  /** Pauses without others after one with them until a core counts as the loop's own again. */
  private static final int SHARED_FOR = 8;

  private static final int SHARED_FOR_AT_MOST = 64;

  /** Others that take the core for so long do not work for the loop, and do not give it back. */
  private static final long LOST_NANOS = 1_000_000;

  private static final int LEAST_RESTS_AFTER_LOSS = 32;
  private static final int MOST_RESTS_AFTER_LOSS = 4096;

  private static final int LEAST_TURNS_BETWEEN = 16;
  private static final int MOST_TURNS_BETWEEN = 1024;

  private final LoopCore core;
  private int found;
  private int turnsBetween = LEAST_TURNS_BETWEEN;
  private int turnsToNext = LEAST_TURNS_BETWEEN;

  /** Above zero: others have been on this core in the last pauses. Below: they kept it too long. */
  private int shared;

  private int restsAfterLoss = LEAST_RESTS_AFTER_LOSS;

  GatheringIo(IoHandler io, LoopCore core) {
    super(io);
    this.core = core;
  }

  /** Handlers of that kind, with pauses of a loop on such a core. */
  public static IoHandlerFactory of(IoHandlerFactory kind, LoopCore core) {
    return executor -> new GatheringIo(kind.newHandler(executor), core);
  }

  @Override
  public int run(IoHandlerContext context) {
    found = isWorthPausing(context) ? runAfterPause() : io.run(context);
    return found;
  }

  /** What is counted has come meanwhile: after a pause nothing more is waited for. */
  private int runAfterPause() {
    int enough = pause();
    int ready = io.run(NO_WAIT);
    learn(ready >= enough);
    return ready;
  }

  private boolean isWorthPausing(IoHandlerContext context) {
    return found > 0 && found < PLENTY && context.canBlock() && --turnsToNext < 0;
  }

  /** Returns how many sockets make it worth that. */
  private int pause() {
    if (shared < 0) {
      shared++;
      return rest();
    }
    long others = core.giveWay();
    if (others > LOST_NANOS) {
      shared = -restsAfterLoss;
      restsAfterLoss = Math.min(2 * restsAfterLoss, MOST_RESTS_AFTER_LOSS);
      return NEVER_ENOUGH;
    }
    if (others > SWITCH_NANOS) {
      shared = Math.min(shared + SHARED_FOR, SHARED_FOR_AT_MOST);
      restsAfterLoss = Math.max(restsAfterLoss / 2, LEAST_RESTS_AFTER_LOSS);
      return others < LONGEST_NANOS ? ENOUGH_FOR_WAY : NEVER_ENOUGH;
    }
    if (shared == 0) {
      return rest();
    }
    shared--;
    return ENOUGH_FOR_WAY;
  }

  private int rest() {
    return core.rest() < LONGEST_NANOS ? ENOUGH_FOR_REST : NEVER_ENOUGH;
  }

  private void learn(boolean paid) {
    turnsToNext = paid ? 0 : turnsBetween;
    turnsBetween = paid ? LEAST_TURNS_BETWEEN : Math.min(2 * turnsBetween, MOST_TURNS_BETWEEN);
  }
}
