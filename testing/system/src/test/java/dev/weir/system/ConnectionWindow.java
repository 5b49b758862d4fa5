package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;

/**
 * The window that the gateway gives each client for its connection, with the limits as they are by
 * default (RFC 9113, 6.9). It is given back as a whole once half of it is used.
 */
final class ConnectionWindow {

  private static final int BYTES = 1 << 20;

  /** What a frame and the window of a stream have room for. */
  private static final int PIECE = 16_000;

  private ConnectionWindow() {}

  /**
   * Uses half of the window to the last byte, which brings back all of it if gateway and client
   * have counted the same bytes so far.
   *
   * @param stream the first of some streams that can be opened
   * @param call a head for them, of calls that are not answered before their end
   */
  static void expectExact(WirePeer client, int stream, Fields call) {
    int id = stream;
    int left = client.connectionAllowance() - BYTES / 2;
    while (left > 0) {
      int piece = Math.min(left, PIECE);
      client.send(Frame.headers(id, call));
      client.sendWhenAllowed(Frame.data(id, new byte[piece]));
      left -= piece;
      id += 2;
    }
    assertThat(client.connectionAllowance()).as("window of the connection").isEqualTo(BYTES);
  }
}
