package dev.weir.engine;

import java.util.ArrayList;
import java.util.List;

/** A caller: one connection to the gateway and the calls on it. */
final class SimulatedClient extends SimulatedPeer {
  private final List<SimulatedCall> calls = new ArrayList<>();
  private int nextCall;
  private int nextStream = 1;
  private int lastStream = Integer.MAX_VALUE;

  /** Whether it has said that it opens no more streams. */
  private boolean leaving;

  SimulatedClient(Simulation simulation, String name) {
    super(simulation, name, simulation.downstreamLimits().connectionWindowBytes());
    out().preface();
    greet();
  }

  void plan(SimulatedCall call) {
    calls.add(call);
  }

  @Override
  long firstStreams() {
    return 100;
  }

  /** Whether none of its calls is under way or to come. */
  boolean isDone() {
    return isEnded() || (!opensMore() && open().isEmpty());
  }

  private boolean opensMore() {
    return nextCall < calls.size() && !leaving && lastStream == Integer.MAX_VALUE;
  }

  // ---- acting ----------------------------------------------------------------------------------

  @Override
  void act() {
    if (isEnded()) {
      return;
    }
    if (simulation.isWinding()) {
      actAll();
      return;
    }
    int dice = random.nextInt(100);
    if (dice < 15) {
      openNext();
    } else if (dice < 22) {
      returnConnectionCredit();
    } else if (dice < 24) {
      ping();
    } else if (dice < 26) {
      changeSettings(70_000, 100);
    } else if (dice == 27) {
      out().nothing();
    } else if (dice == 26 && !simulation.isCalm() && random.nextInt(4) == 0) {
      trouble();
    } else {
      actOnStream();
    }
  }

  private void actAll() {
    widen();
    returnConnectionCredit();
    openNext();
    for (PeerStream stream : List.copyOf(open())) {
      ((SimulatedCall) stream).act();
    }
  }

  private void actOnStream() {
    List<PeerStream> streams = open();
    if (!streams.isEmpty()) {
      ((SimulatedCall) streams.get(random.nextInt(streams.size()))).act();
    }
  }

  private void openNext() {
    if (!opensMore()) {
      return;
    }
    boolean full = open().size() >= gatewayStreams();
    if (!full || (!simulation.isWinding() && !simulation.isCalm() && random.nextInt(10) == 0)) {
      SimulatedCall call = calls.get(nextCall++);
      // What the gateway has seen end may still be open here, never the reverse.
      add(call, nextStream);
      nextStream += 2;
      call.open(full || !isGreeted());
    }
  }

  private void trouble() {
    switch (random.nextInt(4)) {
      case 0 -> {
        note("breaks the connection");
        link.cut();
        leave(false);
      }
      case 1 -> {
        note("leaves");
        link.close();
        leave(false);
      }
      case 2 -> {
        out().goAway(0, 0);
        leaving = true;
      }
      default -> garbage();
    }
  }

  /** Ends its connection when everything is over. */
  void leave() {
    if (!isEnded()) {
      link.close();
      leave(false);
    }
  }

  private void leave(boolean byGateway) {
    end();
    calls.forEach(call -> call.connectionEnded(byGateway && !isGuilty(), lastStream));
  }

  // ---- hearing ---------------------------------------------------------------------------------

  @Override
  PeerStream accept(int id) {
    throw new AssertionError("the gateway opened stream " + id);
  }

  @Override
  void onGoAway(int last, int code) {
    lastStream = Math.min(lastStream, last);
  }

  @Override
  void onEnd() {
    leave(true);
  }

  // ---- what the gateway holds ------------------------------------------------------------------

  @Override
  int gatewayStreamWindow() {
    return simulation.downstreamLimits().streamWindowBytes();
  }
}
