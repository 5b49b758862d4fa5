package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

/**
 * What must hold when nothing is on its way: both ends know of the same streams, whoever may send
 * has sent, and credit is given for just what has gone on. So what is held of a stream is what its
 * receiver does not take, and never more than its window.
 */
final class Quiet {
  private static final int MOST_ROUNDS = 100_000;

  /** A queued piece keeps a buffer of at most so many times its size: see SendQueue. */
  private static final int PINNED_PARTS = 4;

  private final Simulation simulation;

  Quiet(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Lets everything arrive while nobody acts. */
  void settle() {
    for (int i = 0; i < MOST_ROUNDS; i++) {
      if (!simulation.moveAll()) {
        return;
      }
    }
    throw new AssertionError("there is no end to what follows");
  }

  void settleAndCheck() {
    settle();
    simulation.note("is quiet");
    for (SimulatedNetwork.Connection connection : simulation.network().connections()) {
      if (connection.isSound()) {
        checkConnection(connection);
      }
    }
    long buffers = 0;
    for (SimulatedCall call : simulation.calls()) {
      buffers += checkCall(call);
    }
    checkMemory(buffers);
  }

  private void checkConnection(SimulatedNetwork.Connection connection) {
    SimulatedPeer peer = connection.peer();
    require(
        connection.gateway().openStreams() == peer.open().size(),
        () ->
            peer.name()
                + " has open streams: "
                + peer.open()
                + ", the gateway: "
                + connection.gateway().openStreams());
    peer.checkQuiet();
    peer.open().forEach(Quiet::checkWanted);
  }

  /** An upstream is not left at work for a call that is over. */
  private static void checkWanted(PeerStream stream) {
    if (stream instanceof ServedCall served) {
      SimulatedCall call = served.call();
      require(call == null || !call.isOver(), () -> served + " is left over");
      require(!served.isLate(), () -> served + " is at work behind its deadline");
      require(
          call == null || !call.isKeptOut(), () -> served + " is at work for a key that is gone");
    }
  }

  /** Answers how many bytes of buffers may be held for the call. */
  private long checkCall(SimulatedCall call) {
    ServedCall served = call.lastAttempt();
    boolean open = call.isBegun() && !call.isOver() && !call.isGivenUp();
    if (!open || served == null) {
      return 0;
    }
    int request = call.sent() - served.received();
    int response = served.sent() - call.received();
    if (!served.isBroken() && !served.reset) {
      checkRequest(call, request, served);
      checkHeld(served, response, call, served.sentEnd && !call.receivedEnd);
      checkOwed(served, response, false, simulation.upstreamLimits().streamWindowBytes());
    }
    return buffers(request) + buffers(response);
  }

  /** The last piece may have gone but for a byte, and keeps its whole buffer. */
  private long buffers(int payload) {
    return payload == 0 ? 0 : PINNED_PARTS * payload + simulation.allocator().largest();
  }

  private void checkRequest(SimulatedCall call, int held, ServedCall served) {
    if (served.isOpen()) {
      checkHeld(call, held, served, call.sentEnd && !served.receivedEnd);
      int window = simulation.downstreamLimits().streamWindowBytes();
      checkOwed(call, held, call.mayHaveBeenRetried(), window);
    }
  }

  /** Payload, or an end behind it, is held back for no other reason than a window. */
  private static void checkHeld(PeerStream from, int held, PeerStream to, boolean endHeld) {
    require(
        (held == 0 && !endHeld) || to.isHeldBack(),
        () -> held + " bytes of " + from + " held back from " + to + ", its end: " + endHeld);
  }

  /** The sender has credit for what the other side took, but for less than half of a window. */
  private void checkOwed(PeerStream stream, int held, boolean retried, int window) {
    if (stream.sentEnd) {
      return;
    }
    int owed = stream.owed();
    require(
        owed < held + Math.max(window / 2, 1),
        () -> "credit of " + (owed - held) + " not returned for " + stream);
    require(
        retried || owed + simulation.windowGrowth() >= held,
        () -> "credit of " + (held - owed) + " returned too early for " + stream);
  }

  private void checkMemory(long most) {
    if (simulation.network().isAllSound()) {
      require(
          simulation.allocator().bytes() <= most,
          () -> simulation.allocator().bytes() + " bytes of buffers held, expected " + most);
    }
  }

  /** Counters of the gateway are back where they began. */
  void checkThatNothingWaits() {
    for (SimulatedNetwork.Connection connection : simulation.network().connections()) {
      if (connection.isSound()) {
        require(
            connection.gateway().openStreams() == 0, () -> connection.peer().name() + " streams");
      }
    }
  }
}
