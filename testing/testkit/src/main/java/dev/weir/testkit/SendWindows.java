package dev.weir.testkit;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** How much DATA the peer allows, by what it said so far (RFC 9113 6.9). */
final class SendWindows {

  private static final int CONNECTION = 0;
  private static final int DEFAULT = 65_535;

  private final Map<Integer, Integer> changes = new HashMap<>();
  private int initial = DEFAULT;

  void sent(Frame frame) {
    if (frame.is(Frame.DATA)) {
      change(CONNECTION, -frame.payload().length);
      change(frame.stream(), -frame.payload().length);
    }
  }

  void received(Frame frame) {
    if (frame.is(Frame.WINDOW_UPDATE)) {
      change(frame.stream(), frame.increment());
    } else if (frame.is(Frame.SETTINGS)) {
      readInitial(ByteBuffer.wrap(frame.payload()));
    }
  }

  /** The number of bytes that may be sent on {@code stream} now; negative when it is owed. */
  int left(int stream) {
    return Math.min(left(), initial + changes.getOrDefault(stream, 0));
  }

  /** The same on the connection as a whole. */
  int left() {
    return DEFAULT + changes.getOrDefault(CONNECTION, 0);
  }

  private void readInitial(ByteBuffer settings) {
    while (settings.hasRemaining()) {
      int id = settings.getShort();
      int value = settings.getInt();
      if (id == Frame.INITIAL_WINDOW_SIZE) {
        initial = value;
      }
    }
  }

  private void change(int stream, int by) {
    changes.merge(stream, by, Integer::sum);
  }
}
