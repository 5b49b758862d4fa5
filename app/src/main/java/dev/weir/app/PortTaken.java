package dev.weir.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;

/** A port of the demo cannot be had; the message names it and proposes another. */
final class PortTaken extends IOException {
  private static final long serialVersionUID = 1;
  private static final int TRIES = 100;

  private PortTaken(String message, IOException cause) {
    super(message, cause);
  }

  /** Something that listens on a port as soon as it is there. */
  interface Start<T> {
    T start() throws IOException;
  }

  /**
   * Starts something on a port.
   *
   * @param flag the option that chooses the port
   */
  static <T> T claim(String flag, int port, Start<T> start) throws IOException {
    try {
      return start.start();
    } catch (IOException e) {
      if (port == 0 || isFree(port)) {
        throw e;
      }
      throw new PortTaken("port " + port + " is taken" + proposal(flag, port), e);
    }
  }

  private static String proposal(String flag, int port) {
    return IntStream.rangeClosed(port + 1, Math.min(port + TRIES, 0xffff))
        .filter(PortTaken::isFree)
        .mapToObj(free -> ", " + free + " is free: weir demo " + flag + " " + free)
        .findFirst()
        .orElse(", choose another: weir demo " + flag + " PORT");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
