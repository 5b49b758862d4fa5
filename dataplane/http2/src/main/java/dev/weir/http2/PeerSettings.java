package dev.weir.http2;

/** Applies the peer's SETTINGS to what we send (RFC 9113, 6.5). */
final class PeerSettings {
  static final int HEADER_TABLE_SIZE = 0x1;
  static final int ENABLE_PUSH = 0x2;
  static final int MAX_CONCURRENT_STREAMS = 0x3;
  static final int INITIAL_WINDOW_SIZE = 0x4;
  static final int MAX_FRAME_SIZE = 0x5;
  static final int MAX_HEADER_LIST_SIZE = 0x6;
  static final int ENTRY_BYTES = 6;

  private static final int LARGEST_FRAME = (1 << 24) - 1;

  /** A larger frame than the output that is sent at once gains nothing. */
  private static final int LARGEST_FRAME_SENT = 64 << 10;

  private final Http2Connection connection;
  private final FrameWriter writer;
  private final DataSender sender;
  private boolean received;
  private long maxListBytes = Long.MAX_VALUE;

  /** What the frame at hand has said last of the window that streams begin with. */
  private int initialWindow;

  PeerSettings(Http2Connection connection, FrameWriter writer, DataSender sender) {
    this.connection = connection;
    this.writer = writer;
    this.sender = sender;
  }

  /** Whether the SETTINGS that open a connection have come (3.4). */
  boolean isReceived() {
    return received;
  }

  /** Whether the peer said that it takes a header list of this size. */
  boolean takes(FieldList fields) {
    return maxListBytes == Long.MAX_VALUE || fields.listBytes() <= maxListBytes;
  }

  /** Fails when a connection opens with anything but SETTINGS. */
  void checkReceived(int type) {
    if (!received) {
      throw ConnectionFault.protocol("frame of type " + type + " (expected: SETTINGS first)");
    }
  }

  /**
   * Takes the settings of a frame, in their order. Windows turn once, behind the last of them: each
   * turn visits every open stream, and a frame has room for 2730.
   */
  void apply(byte[] payload, int offset, int length) {
    ConnectionFault.checkSize(length % ENTRY_BYTES == 0, "SETTINGS", length);
    initialWindow = sender.initialWindow();
    for (int at = offset; at < offset + length; at += ENTRY_BYTES) {
      apply(Bytes.uint16(payload, at), Bytes.uint32(payload, at + 2));
    }
    if (!sender.initialWindow(initialWindow, connection.streams)) {
      throw windowFault(initialWindow);
    }
    received = true;
  }

  private void apply(int setting, long value) {
    switch (setting) {
      case HEADER_TABLE_SIZE -> writer.encoder().peerTableSize((int) value);
      case ENABLE_PUSH -> connection.checkPushSetting(value);
      case MAX_CONCURRENT_STREAMS ->
          connection.peerConcurrency((int) Math.min(value, Integer.MAX_VALUE));
      case INITIAL_WINDOW_SIZE -> noteInitialWindow(value);
      case MAX_FRAME_SIZE -> applyFrameSize(value);
      case MAX_HEADER_LIST_SIZE -> maxListBytes = value;
      default -> {
        // Unknown settings are ignored (RFC 9113, 6.5.2).
      }
    }
  }

  private void noteInitialWindow(long value) {
    if (value > Integer.MAX_VALUE) {
      throw windowFault(value);
    }
    initialWindow = (int) value;
  }

  private static ConnectionFault windowFault(long value) {
    return ConnectionFault.flowControl("SETTINGS_INITIAL_WINDOW_SIZE: " + value);
  }

  private void applyFrameSize(long value) {
    if (value < FrameReader.MAX_PAYLOAD_BYTES || value > LARGEST_FRAME) {
      throw ConnectionFault.protocol("SETTINGS_MAX_FRAME_SIZE: " + value);
    }
    writer.maxFrameBytes((int) Math.min(value, LARGEST_FRAME_SENT));
  }
}
