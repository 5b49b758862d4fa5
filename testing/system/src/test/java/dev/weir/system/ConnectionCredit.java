package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;

/**
 * The window of a client's connection, to the byte. The gateway keeps back what has been used until
 * that is half of the window, and gives back all of it then (RFC 9113, 6.9).
 */
final class ConnectionCredit {

  private static final int WINDOW = 1 << 20;
  private static final int PIECE = 10_000;

  private ConnectionCredit() {}

  /**
   * Uses half of the window to the last byte, by payload on {@code stream}, and expects the whole
   * window: had the gateway lost a byte before, it would miss one of the half and keep all of it,
   * and had it given one too many, the window would be larger by that.
   */
  static void expectExact(WirePeer client, int stream) {
    int left = client.connectionAllowance() - WINDOW / 2;
    assertThat(left).as("bytes until half of the window is used").isPositive();
    while (left > 0) {
      int length = Math.min(left, PIECE);
      client.sendWhenAllowed(Frame.data(stream, new byte[length]));
      left -= length;
    }
    assertThat(client.connectionAllowance()).as("the connection's window").isEqualTo(WINDOW);
  }
}
