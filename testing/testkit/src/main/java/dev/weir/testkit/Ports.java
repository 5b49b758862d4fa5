package dev.weir.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Finds ports. */
public final class Ports {
  /** Below those that systems give to clients: no connection takes one before its listener. */
  private static final int FIRST = 20_000;

  private static final int COUNT = 12_000;

  /** Processes that run at once begin in different places. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 137 % COUNT));

  private Ports() {}

  /**
   * A port that was free a moment ago, on all addresses, and is not found again soon. Nothing
   * listens there, so it also serves as a target that refuses connections.
   */
  public static int free() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port");
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
