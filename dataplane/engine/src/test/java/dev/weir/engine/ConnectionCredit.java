package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

import java.util.ArrayDeque;

/**
 * What the gateway lets a peer send on a connection as a whole. It gives all credit back as frames
 * come, in portions of half a window, so each portion ends with a frame and none is ever lost.
 */
final class ConnectionCredit {
  private static final int DEFAULT_WINDOW = 65535;

  private final int largest;
  private int window = DEFAULT_WINDOW;
  private long sent;
  private long credited;

  /** Whether the window is as large as it gets; it begins with the default. */
  private boolean opened;

  /** How much had been sent after each frame for which there is no credit yet. */
  private final ArrayDeque<Long> uncredited = new ArrayDeque<>();

  ConnectionCredit(int largest) {
    this.largest = largest;
    this.opened = largest <= DEFAULT_WINDOW;
  }

  int window() {
    return window;
  }

  void sent(int bytes) {
    window -= bytes;
    sent += bytes;
    uncredited.add(sent);
  }

  void add(int increment) {
    window += increment;
    require(window <= largest, () -> "more credit for a connection than its window: " + window);
    if (!opened) {
      opened = true;
      require(
          increment == largest - DEFAULT_WINDOW,
          () -> "window of a connection opened by " + increment);
      return;
    }
    credited += increment;
    while (!uncredited.isEmpty() && uncredited.peek() < credited) {
      uncredited.remove();
    }
    Long frameEnd = uncredited.poll();
    require(
        frameEnd != null && frameEnd == credited,
        () -> "credit of " + increment + " for a connection is for part of a frame");
  }

  /** With nothing on its way, less than the half of a window is left to give. */
  void checkQuiet(String name) {
    int owed = largest - window;
    require(
        owed >= 0 && owed < largest / 2,
        () -> "credit of " + owed + " for the connection of " + name + " not returned");
  }
}
