package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;

/**
 * The window of a client's connection, to the byte. The gateway keeps back what has been used until
 * that is half of the window, and gives back all of it then (RFC 9113, 6.9).
 */
final class ConnectionCredit {

  private static final int WINDOW = 1 << 20;

  /** What a frame and the window of a stream have room for, also of one that is refused. */
  private static final int PIECE = 16_000;

  private ConnectionCredit() {}

  /**
   * Uses half of the window to the last byte and expects the whole window: had the gateway lost a
   * byte before, it would miss one of the half and keep all of it, and had it given one too many,
   * the window would be larger by that.
   *
   * @param stream the first of some streams that can be opened
   * @param call a head for them
   */
  static void expectExact(WirePeer client, int stream, Fields call) {
    int left = client.connectionAllowance() - WINDOW / 2;
    assertThat(left).as("bytes until half of the window is used").isPositive();
    for (int id = stream; left > 0; id += 2) {
      int length = Math.min(left, PIECE);
      client.send(Frame.headers(id, call)).sendWhenAllowed(Frame.data(id, new byte[length]));
      left -= length;
    }
    assertThat(client.connectionAllowance()).as("the connection's window").isEqualTo(WINDOW);
  }
}
