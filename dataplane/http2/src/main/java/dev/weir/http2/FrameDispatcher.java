package dev.weir.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/**
 * Takes the frames of a peer to where they belong, and acts on the small ones itself (RFC 9113, 6).
 */
final class FrameDispatcher {
  private static final int MAX_DEBUG_BYTES = 256;
  private static final int PRIORITY_BYTES = 5;
  private static final int PING_BYTES = 8;
  private static final int GOAWAY_BYTES = 8;

  private final Http2Connection connection;
  private final StreamTable streams;
  private final FrameWriter writer;
  private final DataSender sender;
  private final DataReceiver receiver;
  private final PeerSettings settings;
  private final HeaderReader headers;
  private final PeerConduct conduct;
  private final Draining draining;

  FrameDispatcher(Http2Connection connection, PeerSettings settings) {
    this.connection = connection;
    this.streams = connection.streams;
    this.writer = connection.writer;
    this.sender = connection.sender;
    this.receiver = connection.receiver;
    this.settings = settings;
    this.conduct = connection.conduct;
    this.draining = connection.draining;
    this.headers = new HeaderReader(connection, connection.loop, connection.limits);
  }

  /** Whether another frame is of interest: none is once the connection is over. */
  boolean goesOn() {
    return draining.goesOn();
  }

  boolean isInsideBlock() {
    return headers.isInsideBlock();
  }

  /** When the header block that is unfinished began. */
  long blockSinceNanos() {
    return headers.blockSinceNanos();
  }

  /** The last frame came in pieces, the first of them at that time. */
  void frameBeganAt(long nanos) {
    headers.frameBeganAt(nanos);
  }

  /** The connection is over: forgets what is unfinished. */
  void release() {
    headers.release();
  }

  /** A frame of any type but DATA; lends the payload. */
  void onFrame(int type, int flags, int id, byte[] payload, int offset, int length) {
    if (type != FrameType.CONTINUATION) {
      headers.checkNoBlock(type);
    }
    if (type != FrameType.SETTINGS) {
      settings.checkReceived(type);
    }
    switch (type) {
      case FrameType.HEADERS -> headers.onHeaders(flags, id, payload, offset, length);
      case FrameType.PRIORITY -> onPriority(id, payload, offset, length);
      case FrameType.RST_STREAM -> onRstStream(id, payload, offset, length);
      case FrameType.SETTINGS -> onSettings(flags, id, payload, offset, length);
      case FrameType.PUSH_PROMISE ->
          // 6.6 and 8.4
          throw ConnectionFault.protocol("PUSH_PROMISE (push is disabled)");
      case FrameType.PING -> onPing(flags, id, payload, offset, length);
      case FrameType.GOAWAY -> onGoAway(id, payload, offset, length);
      case FrameType.WINDOW_UPDATE -> onWindowUpdate(id, payload, offset, length);
      case FrameType.CONTINUATION -> headers.onContinuation(flags, id, payload, offset, length);
      default -> {
        // Frames of unknown types are ignored (RFC 9113, 5.5).
        conduct.waste(length);
      }
    }
  }

  /** A DATA frame begins, whose payload is to come in pieces. */
  void onDataFrame(int id, int frameBytes, int paddingBytes, int payload, boolean endStream) {
    headers.checkNoBlock(FrameType.DATA);
    settings.checkReceived(FrameType.DATA);
    receiver.begin(id, frameBytes, paddingBytes, payload, endStream);
  }

  /** A piece of the payload of the DATA frame that began last. */
  void onData(ByteBuf source, int offset, int length, boolean endStream) {
    receiver.piece(source, offset, length, endStream);
  }

  /** Priority is read no further than its rules go (5.3.2 and 6.3). */
  private void onPriority(int id, byte[] payload, int offset, int length) {
    if (id == 0) {
      throw ConnectionFault.protocol("PRIORITY on stream 0");
    }
    conduct.priority();
    if (length != PRIORITY_BYTES) {
      onPriorityFault(id, PeerFault.FRAME_SIZE, "PRIORITY length: " + length);
    } else if (Bytes.int31(payload, offset) == id) {
      onPriorityFault(id, PeerFault.PROTOCOL, "stream depends on itself");
    }
  }

  private void onPriorityFault(int id, PeerFault fault, String detail) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      throw new ConnectionFault(fault, detail);
    }
    connection.blatantFault(stream, fault, detail);
  }

  /** 6.4. */
  private void onRstStream(int id, byte[] payload, int offset, int length) {
    ConnectionFault.checkSize(length == 4, "RST_STREAM", length);
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      connection.errors.checkNotIdle(id, FrameType.RST_STREAM);
      conduct.waste(length);
      connection.peerEnds(id, true);
    } else {
      connection.errors.onPeerReset(stream, Bytes.int32(payload, offset));
    }
  }

  /** 6.5. */
  private void onSettings(int flags, int id, byte[] payload, int offset, int length) {
    if (id != 0) {
      throw ConnectionFault.protocol("SETTINGS on stream " + id);
    }
    if (Flags.has(flags, Flags.ACK)) {
      ConnectionFault.checkSize(length == 0, "SETTINGS acknowledgement", length);
      settings.checkReceived(FrameType.SETTINGS);
      if (receiver.settingsAcknowledged()) {
        connection.handler.onAcknowledged();
      } else {
        conduct.waste(length);
      }
    } else {
      conduct.settings(length / PeerSettings.ENTRY_BYTES);
      boolean first = !settings.isReceived();
      settings.apply(payload, offset, length);
      connection.onSettingsApplied(first);
    }
  }

  /** 6.7. */
  private void onPing(int flags, int id, byte[] payload, int offset, int length) {
    if (id != 0) {
      throw ConnectionFault.protocol("PING on stream " + id);
    }
    ConnectionFault.checkSize(length == PING_BYTES, "PING", length);
    long opaque = Bytes.int64(payload, offset);
    if (Flags.has(flags, Flags.ACK)) {
      conduct.waste(length);
      draining.onPingAcknowledged(opaque);
      draining.closeIfDone();
    } else {
      conduct.ping();
      writer.ping(Flags.ACK, opaque);
      connection.errors.countAnswer();
    }
  }

  /** 6.8. */
  private void onGoAway(int id, byte[] payload, int offset, int length) {
    if (id != 0) {
      throw ConnectionFault.protocol("GOAWAY on stream " + id);
    }
    ConnectionFault.checkSize(length >= GOAWAY_BYTES, "GOAWAY", length);
    conduct.waste(length);
    int debugBytes = Math.min(length - GOAWAY_BYTES, MAX_DEBUG_BYTES);
    connection.onGoAway(
        Bytes.int31(payload, offset),
        Bytes.int32(payload, offset + 4),
        new String(payload, offset + GOAWAY_BYTES, debugBytes, UTF_8));
    draining.closeIfDone();
  }

  /** 6.9. */
  private void onWindowUpdate(int id, byte[] payload, int offset, int length) {
    ConnectionFault.checkSize(length == 4, "WINDOW_UPDATE", length);
    conduct.windowUpdate();
    int increment = Bytes.int31(payload, offset);
    if (id != 0) {
      openStream(id, increment);
    } else if (increment == 0) {
      throw ConnectionFault.protocol("WINDOW_UPDATE of 0 on the connection");
    } else if (!sender.openConnection(increment)) {
      throw ConnectionFault.flowControl("connection window above 2^31-1");
    }
    sender.resume();
  }

  private void openStream(int id, int increment) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      connection.errors.checkNotIdle(id, FrameType.WINDOW_UPDATE);
    } else if (increment == 0) {
      connection.blatantFault(stream, PeerFault.PROTOCOL, "WINDOW_UPDATE of 0");
    } else if (!sender.openStream(stream, increment)) {
      // Here the RFC leaves no choice between stream and connection (6.9.1).
      connection.errors.reset(stream, ErrorCode.FLOW_CONTROL_ERROR, "stream window above 2^31-1");
    }
  }
}
