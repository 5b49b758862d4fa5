package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

import java.util.List;

/** An upstream's end of one connection that the gateway opened. */
final class SimulatedServer extends SimulatedPeer {
  private static final int PREFACE_BYTES = 24;

  private int prefaceLeft = PREFACE_BYTES;
  private int newest;
  private int lastServed = Integer.MAX_VALUE;
  private boolean broken;
  private boolean leaving;

  /** Until it is connected, or for good. */
  private boolean mute = true;

  SimulatedServer(Simulation simulation, String name) {
    super(simulation, name, simulation.upstreamLimits().connectionWindowBytes());
  }

  @Override
  long firstStreams() {
    return random.nextInt(3) == 0 ? random.nextInt(3) : 100;
  }

  /** Whether the connection ended, or will, under the calls on it. */
  boolean isBroken() {
    return broken;
  }

  /** Whether it has said that it goes. */
  boolean isLeaving() {
    return leaving;
  }

  /** Whether it will never send SETTINGS. */
  void stayMute() {
    broken = true;
    guilty();
  }

  void speak() {
    mute = false;
    greet();
  }

  // ---- acting ----------------------------------------------------------------------------------

  @Override
  void act() {
    if (isEnded() || mute) {
      return;
    }
    if (simulation.isWinding()) {
      widen();
      returnConnectionCredit();
      for (PeerStream stream : List.copyOf(open())) {
        ((ServedCall) stream).act();
      }
      return;
    }
    int dice = random.nextInt(100);
    if (dice < 7) {
      returnConnectionCredit();
    } else if (dice < 9) {
      ping();
    } else if (dice < 11) {
      changeSettings(70_000, random.nextInt(10));
    } else if (dice == 12) {
      out().nothing();
    } else if (dice == 11 && !simulation.isCalm() && random.nextInt(4) == 0) {
      trouble();
    } else {
      actOnStream();
    }
  }

  private void actOnStream() {
    List<PeerStream> streams = open();
    if (!streams.isEmpty()) {
      ((ServedCall) streams.get(random.nextInt(streams.size()))).act();
    }
  }

  private void trouble() {
    simulation.trouble();
    switch (random.nextInt(7)) {
      case 0 -> {
        note("breaks the connection");
        broken = true;
        link.cut();
        onEnd();
      }
      case 1 -> {
        note("closes the connection");
        broken = true;
        link.close();
        onEnd();
      }
      case 2 -> {
        broken = true;
        garbage();
      }
      case 3 -> {
        leaving = true;
        out().goAway(Integer.MAX_VALUE, 0);
      }
      default -> leave(random.nextInt(newest + 2), random.nextInt(3) == 0 ? 11 : 0);
    }
  }

  /** Serves no stream above the last one; those are moved elsewhere. */
  private void leave(int last, int code) {
    if (last >= lastServed) {
      return;
    }
    lastServed = last;
    leaving = true;
    out().goAway(last, code);
    for (PeerStream stream : List.copyOf(open())) {
      if (stream.id() > last) {
        ((ServedCall) stream).ignore();
      }
    }
  }

  @Override
  boolean speaks() {
    return !mute;
  }

  // ---- hearing ---------------------------------------------------------------------------------

  @Override
  int prefaceBytes() {
    int now = Math.min(prefaceLeft, input().size());
    input().skip(now);
    prefaceLeft -= now;
    return prefaceLeft;
  }

  @Override
  PeerStream accept(int id) {
    require(id > newest && id % 2 == 1, "stream " + id + " behind " + newest);
    newest = id;
    ServedCall call = new ServedCall(simulation, this);
    add(call, id);
    if (id > lastServed) {
      call.ignore();
    } else {
      require(
          open().size() <= ownStreams(),
          () -> name() + " allows " + ownStreams() + " streams, has " + open().size());
    }
    return call;
  }

  @Override
  void onGoAway(int last, int code) {}

  @Override
  void onEnd() {
    end();
    broken = true;
  }

  // ---- what the gateway holds ------------------------------------------------------------------

  @Override
  int gatewayStreamWindow() {
    return simulation.upstreamLimits().streamWindowBytes();
  }
}
