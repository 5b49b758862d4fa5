package dev.weir.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection without its socket: bytes go in through {@link #receive}, come out of
 * {@link #output}, and what they mean is told to the {@link ConnectionHandler} and the {@link
 * StreamHandler}s. Confined to one event loop; time comes from its {@link ConnectionLoop}.
 *
 * <p>Connection credit is returned at once, stream credit only by {@link Http2Stream#returnCredit}:
 * a stream that is not read never holds back its neighbours (RFC 9113, 5.2).
 */
public abstract sealed class Http2Connection permits ServerConnection, ClientConnection {
  static final int SETTINGS_HEADER_TABLE_SIZE = 0x1;
  static final int SETTINGS_ENABLE_PUSH = 0x2;
  static final int SETTINGS_MAX_CONCURRENT_STREAMS = 0x3;
  static final int SETTINGS_INITIAL_WINDOW_SIZE = 0x4;
  static final int SETTINGS_MAX_FRAME_SIZE = 0x5;
  static final int SETTINGS_MAX_HEADER_LIST_SIZE = 0x6;

  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  /** What we announce, and the least that a peer may announce (RFC 9113, 6.5.2). */
  static final int MAX_FRAME_BYTES = 16384;

  private static final int MAX_FRAME_BYTES_LIMIT = (1 << 24) - 1;
  private static final int DEFAULT_WINDOW = 65535;
  private static final int HEADER_TABLE_BYTES = 4096;
  private static final int SPARE_STREAMS = 256;
  private static final long DRAIN_PING = 0x7765697264726e31L;

  final ConnectionLoop loop;
  final Http2Limits limits;
  final ConnectionHandler handler;
  final StreamTable streams = new StreamTable();
  final FrameSender sender;
  private final Transport transport;
  private final FrameReader reader;
  private final HpackDecoder decoder = new HpackDecoder(HEADER_TABLE_BYTES);
  private final HeaderBlock block = new HeaderBlock();
  private final RecentResets resets = new RecentResets();

  private @Nullable Http2Stream dataStream;
  private @Nullable Http2Stream spare;
  private int spares;
  private int receiveWindow;
  private boolean settingsReceived;
  private boolean draining;
  private boolean over;

  Http2Connection(
      ConnectionLoop loop, Http2Limits limits, ConnectionHandler handler, Transport transport) {
    this.loop = loop;
    this.limits = limits;
    this.handler = handler;
    this.transport = transport;
    this.sender = new FrameSender(loop, transport);
    this.reader = new FrameReader(this, loop, MAX_FRAME_BYTES);
    this.receiveWindow = limits.connectionWindowBytes();
    decoder.limits(limits.maxHeaderListBytes(), limits.maxHeaderFields());
  }

  // ---- for the user ----------------------------------------------------------------------------

  /** How many streams are open. */
  public int openStreams() {
    return streams.size();
  }

  /** Whether the peer's SETTINGS have come. */
  public boolean isReady() {
    return settingsReceived;
  }

  /** Whether no new streams can be opened or accepted. */
  public boolean isDraining() {
    return draining || over;
  }

  public boolean isOver() {
    return over;
  }

  /** Visits who hears each open stream; they may end their streams meanwhile. */
  public void forEachHandler(Consumer<StreamHandler> visitor) {
    streams.forEach(stream -> {
      if (stream.handler != null) {
        visitor.accept(stream.handler);
      }
    });
  }

  /** Ends the connection with GOAWAY and the given code; open streams are told that it was lost. */
  public void close(int errorCode, String detail) {
    if (!over) {
      sender.goAway(lastPeerStream(), errorCode, detail.getBytes(UTF_8));
      transport.closeAfterFlush();
      end(errorCode != ErrorCode.NO_ERROR, detail);
    }
  }

  // ---- for the transport -----------------------------------------------------------------------

  /** Sends what opens the connection (RFC 9113, 3.4). */
  abstract void start();

  /** Takes input; borrows the buffer. A fault of the peer ends the connection in here. */
  void receive(ByteBuf in) {
    if (over) {
      return;
    }
    try {
      receiveFrames(in);
    } catch (ConnectionFault fault) {
      close(fault.errorCode(), String.valueOf(fault.getMessage()));
    }
  }

  void receiveFrames(ByteBuf in) {
    reader.read(in);
  }

  /** The output that waits to be sent. */
  OutputBuffer output() {
    return sender.output();
  }

  /** The transport has room for output, or none for now. */
  void writable(boolean writable) {
    sender.writable(writable);
  }

  /** Writes what was held back, as far as the windows and the transport allow. */
  void resume() {
    sender.resume();
  }

  boolean hasHeldBack() {
    return sender.hasReady();
  }

  /** The transport is gone: tells every stream and the handler. */
  void lost(String detail) {
    if (!over) {
      end(false, detail);
    }
  }

  private void end(boolean peerFault, String detail) {
    over = true;
    StreamReset lost =
        new StreamReset(StreamReset.Cause.CONNECTION_LOST, ErrorCode.INTERNAL_ERROR, detail);
    streams.forEach(stream -> discard(stream, lost));
    handler.onClosed(peerFault, detail);
  }

  // ---- frames ----------------------------------------------------------------------------------

  void onFrame(int type, int flags, int id, byte[] payload, int offset, int length) {
    if (block.isOpen() && type != FrameType.CONTINUATION) {
      throw protocolError(
          "frame of type " + type + " inside of the header block of stream " + block.streamId());
    }
    if (!settingsReceived && type != FrameType.SETTINGS) {
      throw protocolError("frame of type " + type + " (expected: SETTINGS first)");
    }
    switch (type) {
      case FrameType.HEADERS -> onHeadersFrame(flags, id, payload, offset, length);
      case FrameType.PRIORITY -> onPriority(id, payload, offset, length);
      case FrameType.RST_STREAM -> onRstStream(id, payload, offset, length);
      case FrameType.SETTINGS -> onSettings(flags, id, payload, offset, length);
      case FrameType.PUSH_PROMISE -> throw protocolError("PUSH_PROMISE (push is disabled)");
      case FrameType.PING -> onPing(flags, id, payload, offset, length);
      case FrameType.GOAWAY -> onGoAwayFrame(id, payload, offset, length);
      case FrameType.WINDOW_UPDATE -> onWindowUpdate(id, payload, offset, length);
      case FrameType.CONTINUATION -> onContinuation(flags, id, payload, offset, length);
      default -> {
        // Frames of unknown types are ignored (RFC 9113, 5.5).
      }
    }
  }

  // ---- DATA (6.1) ------------------------------------------------------------------------------

  /** A DATA frame begins: accounts for it as a whole, before its payload comes. */
  void onDataFrame(int id, int frameBytes, int paddingBytes, int payload, boolean endStream) {
    if (block.isOpen() || !settingsReceived || id == 0) {
      throw protocolError("DATA on stream " + id + " out of order");
    }
    takeConnectionCredit(frameBytes);
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      checkMissing(id, FrameType.DATA);
    } else if (stream.remoteEnded) {
      fault(stream, ErrorCode.STREAM_CLOSED, "DATA after the end of the stream");
      stream = null;
    } else if (!acceptData(stream, frameBytes, payload, endStream)) {
      stream = null;
    } else if (paddingBytes > 0) {
      returnCredit(stream, paddingBytes);
    }
    dataStream = stream;
  }

  /** A piece of a DATA frame's payload. */
  void onData(int id, ByteBuf source, int offset, int length, boolean endStream) {
    Http2Stream stream = dataStream;
    if (stream == null || stream.closed || stream.id() != id) {
      return;
    }
    StreamHandler user = stream.handler;
    if (user == null) {
      discardData(stream, length, endStream);
      return;
    }
    if (endStream) {
      remoteEnd(stream);
    }
    user.onData(stream, source, offset, length, endStream);
  }

  /** Payload that nobody wants: an oversized request's, for which only the answer is left. */
  private void discardData(Http2Stream stream, int length, boolean endStream) {
    if (endStream) {
      remoteEnd(stream);
    } else {
      returnCredit(stream, length);
    }
  }

  private boolean acceptData(Http2Stream stream, int frameBytes, int payload, boolean endStream) {
    stream.receiveWindow -= frameBytes;
    if (stream.receiveWindow < 0) {
      fault(stream, ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the stream's window allows");
      return false;
    }
    if (!mayReceiveData(stream)) {
      fault(stream, ErrorCode.PROTOCOL_ERROR, "DATA before the head");
      return false;
    }
    if (stream.contentLeft >= 0) {
      stream.contentLeft -= payload;
      if (stream.contentLeft < 0 || (endStream && stream.contentLeft > 0)) {
        fault(stream, ErrorCode.PROTOCOL_ERROR, "payload differs from content-length");
        return false;
      }
    }
    return true;
  }

  private void takeConnectionCredit(int bytes) {
    receiveWindow -= bytes;
    if (receiveWindow < 0) {
      throw new ConnectionFault(
          ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the connection's window allows");
    }
    int used = limits.connectionWindowBytes() - receiveWindow;
    if (used >= limits.connectionWindowBytes() / 2) {
      sender.windowUpdate(0, used);
      receiveWindow += used;
    }
  }

  void returnCredit(Http2Stream stream, int bytes) {
    if (stream.closed || stream.remoteEnded) {
      return;
    }
    stream.unannounced += bytes;
    if (stream.unannounced >= limits.streamWindowBytes() / 2) {
      sender.windowUpdate(stream.id(), stream.unannounced);
      stream.receiveWindow += stream.unannounced;
      stream.unannounced = 0;
    }
  }

  // ---- HEADERS, CONTINUATION (6.2, 6.10) -------------------------------------------------------

  private void onHeadersFrame(int flags, int id, byte[] payload, int offset, int length) {
    if (id == 0) {
      throw protocolError("HEADERS on stream 0");
    }
    int from = offset;
    int end = offset + length;
    if (Flags.has(flags, Flags.PADDED)) {
      checkSize(length >= 1, "HEADERS", length);
      end -= payload[from++] & 0xff;
    }
    boolean dependsOnItself = false;
    if (Flags.has(flags, Flags.PRIORITY)) {
      checkSize(length >= from - offset + 5, "HEADERS", length);
      dependsOnItself = (int31(payload, from) == id);
      from += 5;
    }
    if (end < from) {
      throw protocolError("padding longer than its HEADERS frame");
    }
    boolean endStream = Flags.has(flags, Flags.END_STREAM);
    if (Flags.has(flags, Flags.END_HEADERS)) {
      decode(id, payload, from, end - from, endStream, dependsOnItself);
    } else {
      block.open(id, endStream, dependsOnItself, payload, from, end - from);
    }
  }

  private void onContinuation(int flags, int id, byte[] payload, int offset, int length) {
    if (!block.isOpen() || block.streamId() != id) {
      throw protocolError("CONTINUATION without HEADERS before it");
    }
    block.append(payload, offset, length);
    if (block.frames() > limits.maxContinuations() || (length == 0 && block.frames() > 1)) {
      throw new ConnectionFault(
          ErrorCode.ENHANCE_YOUR_CALM,
          "header block of more than " + limits.maxContinuations() + " CONTINUATION frames");
    }
    if (Flags.has(flags, Flags.END_HEADERS)) {
      byte[] whole = block.bytes();
      int size = block.size();
      boolean endStream = block.endsStream();
      boolean dependsOnItself = block.dependsOnItself();
      block.close();
      decode(id, whole, 0, size, endStream, dependsOnItself);
    }
  }

  /**
   * Decodes always, also for streams that are refused: the table must not drift (RFC 9113, 4.3).
   */
  private void decode(
      int id, byte[] bytes, int offset, int length, boolean endStream, boolean dependsOnItself) {
    FieldList fields = loop.fields();
    fields.clear();
    boolean withinLimits = decoder.decode(bytes, offset, length, fields);
    onHeaders(id, fields, withinLimits, endStream, dependsOnItself);
  }

  // ---- other frames ----------------------------------------------------------------------------

  private void onPriority(int id, byte[] payload, int offset, int length) {
    if (id == 0) {
      throw protocolError("PRIORITY on stream 0");
    }
    String fault = null;
    int code = ErrorCode.PROTOCOL_ERROR;
    if (length != 5) {
      fault = "PRIORITY length: " + length + " (expected: 5)";
      code = ErrorCode.FRAME_SIZE_ERROR;
    } else if (int31(payload, offset) == id) {
      fault = "stream depends on itself";
    }
    if (fault != null) {
      Http2Stream stream = streams.get(id);
      if (stream == null) {
        throw new ConnectionFault(code, fault);
      }
      fault(stream, code, fault);
    }
  }

  private void onRstStream(int id, byte[] payload, int offset, int length) {
    checkSize(length == 4, "RST_STREAM", length);
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      checkNotIdle(id, FrameType.RST_STREAM);
      return;
    }
    int code = int32(payload, offset);
    onPeerReset(stream);
    discard(
        stream,
        new StreamReset(StreamReset.Cause.PEER, code, "stream reset with " + ErrorCode.name(code)));
  }

  private void onSettings(int flags, int id, byte[] payload, int offset, int length) {
    if (id != 0) {
      throw protocolError("SETTINGS on stream " + id);
    }
    if (Flags.has(flags, Flags.ACK)) {
      checkSize(length == 0, "SETTINGS acknowledgement", length);
      return;
    }
    checkSize(length % 6 == 0, "SETTINGS", length);
    for (int at = offset; at < offset + length; at += 6) {
      int setting = (payload[at] & 0xff) << 8 | (payload[at + 1] & 0xff);
      applySetting(setting, int32(payload, at + 2) & 0xffffffffL);
    }
    sender.settingsAck();
    checkQueuedControlFrames();
    if (!settingsReceived) {
      settingsReceived = true;
      handler.onReady();
    }
    sender.resume();
    handler.onStreamRoom();
  }

  private void applySetting(int setting, long value) {
    switch (setting) {
      case SETTINGS_HEADER_TABLE_SIZE ->
          sender.encoder().peerTableSize((int) Math.min(value, Integer.MAX_VALUE));
      case SETTINGS_ENABLE_PUSH -> checkPushSetting(value);
      case SETTINGS_MAX_CONCURRENT_STREAMS ->
          peerConcurrency((int) Math.min(value, Integer.MAX_VALUE));
      case SETTINGS_INITIAL_WINDOW_SIZE -> applyInitialWindow(value);
      case SETTINGS_MAX_FRAME_SIZE -> {
        if (value < MAX_FRAME_BYTES || value > MAX_FRAME_BYTES_LIMIT) {
          throw protocolError("SETTINGS_MAX_FRAME_SIZE: " + value);
        }
        // A larger frame than a TLS record or a socket buffer gains nothing.
        sender.peerMaxFrameBytes((int) Math.min(value, 64 << 10));
      }
      default -> {
        // The header list size is advice, and unknown settings are ignored (RFC 9113, 6.5.2).
      }
    }
  }

  private void applyInitialWindow(long value) {
    if (value > Integer.MAX_VALUE || !sender.peerInitialWindow((int) value, streams)) {
      throw new ConnectionFault(
          ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE: " + value);
    }
  }

  private void onPing(int flags, int id, byte[] payload, int offset, int length) {
    if (id != 0) {
      throw protocolError("PING on stream " + id);
    }
    checkSize(length == 8, "PING", length);
    long opaque = (long) int32(payload, offset) << 32 | (int32(payload, offset + 4) & 0xffffffffL);
    if (!Flags.has(flags, Flags.ACK)) {
      sender.ping(Flags.ACK, opaque);
      checkQueuedControlFrames();
    } else if (opaque == DRAIN_PING) {
      finishDraining();
    }
  }

  private void onGoAwayFrame(int id, byte[] payload, int offset, int length) {
    if (id != 0) {
      throw protocolError("GOAWAY on stream " + id);
    }
    checkSize(length >= 8, "GOAWAY", length);
    draining = true;
    onGoAway(
        int31(payload, offset),
        int32(payload, offset + 4),
        new String(payload, offset + 8, Math.min(length - 8, 256), UTF_8));
  }

  private void onWindowUpdate(int id, byte[] payload, int offset, int length) {
    checkSize(length == 4, "WINDOW_UPDATE", length);
    int increment = int31(payload, offset);
    if (id == 0) {
      if (increment == 0) {
        throw protocolError("WINDOW_UPDATE of 0 on the connection");
      }
      if (!sender.openConnection(increment)) {
        throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "connection window above 2^31-1");
      }
    } else {
      openStream(id, increment);
    }
    sender.resume();
  }

  private void openStream(int id, int increment) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      checkNotIdle(id, FrameType.WINDOW_UPDATE);
    } else if (increment == 0) {
      fault(stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    } else if (!sender.openStream(stream, increment)) {
      fault(stream, ErrorCode.FLOW_CONTROL_ERROR, "stream window above 2^31-1");
    }
  }

  // ---- what the two sides do differently -------------------------------------------------------

  /** A header block is complete and decoded. */
  abstract void onHeaders(
      int id, FieldList fields, boolean withinLimits, boolean endStream, boolean dependsOnItself);

  /** Whether DATA may come on this stream now. */
  abstract boolean mayReceiveData(Http2Stream stream);

  /** Whether the stream has never been opened (RFC 9113, 5.1). */
  abstract boolean isIdle(int id);

  /** The highest stream of the peer that was or might be processed. */
  abstract int lastPeerStream();

  /** The peer's SETTINGS_MAX_CONCURRENT_STREAMS. */
  abstract void peerConcurrency(int streams);

  abstract void checkPushSetting(long value);

  abstract void onGoAway(int lastStream, int errorCode, String debug);

  /** A frame came for a stream that is closed, not idle and was not reset by us just now. */
  abstract void onFrameForClosed(int id, int type);

  /** The peer reset a stream. */
  void onPeerReset(Http2Stream stream) {}

  /** We ended our side while the peer may still send. */
  abstract void onHalfClosedLocal(Http2Stream stream);

  // ---- streams ---------------------------------------------------------------------------------

  Http2Stream newStream(int id) {
    int sendWindow = sender.peerInitialWindow();
    int receiveWindow = limits.streamWindowBytes();
    Http2Stream stream = spare;
    if (stream == null) {
      stream = new Http2Stream(this, id, sendWindow, receiveWindow);
    } else {
      spare = stream.nextReady;
      spares--;
      stream.nextReady = null;
      stream.renew(id, sendWindow, receiveWindow);
    }
    streams.add(stream);
    return stream;
  }

  /**
   * Keeps a closed stream's object for another stream; one that is still in a list is left alone.
   */
  void reuse(Http2Stream stream) {
    if (!stream.ready && spares < SPARE_STREAMS) {
      stream.nextReady = spare;
      stream.handler = null;
      spare = stream;
      spares++;
    }
  }

  void sendHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
    if (stream.closed) {
      return;
    }
    if (stream.queue != null) {
      stream.queue.endWith(fields);
      return;
    }
    sender.headers(stream.id(), fields, endStream);
    if (endStream) {
      localEnd(stream);
    }
  }

  int sendData(Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    if (stream.closed || stream.isLocalEnded()) {
      return length;
    }
    return sender.data(stream, source, offset, length, endStream);
  }

  void resetStream(Http2Stream stream, int errorCode) {
    if (!stream.closed) {
      sender.resetStream(stream.id(), errorCode);
      resets.add(stream.id());
      remove(stream);
    }
  }

  void localEnd(Http2Stream stream) {
    stream.localEnded = true;
    if (stream.remoteEnded) {
      remove(stream);
    } else {
      onHalfClosedLocal(stream);
    }
  }

  void remoteEnd(Http2Stream stream) {
    stream.remoteEnded = true;
    if (stream.localEnded) {
      remove(stream);
    }
  }

  /** The peer broke a rule on one stream (RFC 9113, 5.4.2). */
  void fault(Http2Stream stream, int errorCode, String detail) {
    sender.resetStream(stream.id(), errorCode);
    checkQueuedControlFrames();
    resets.add(stream.id());
    discard(stream, new StreamReset(StreamReset.Cause.PEER_FAULT, errorCode, detail));
  }

  /** Refuses a stream that has no object (yet). */
  void refuse(int id, int errorCode) {
    sender.resetStream(id, errorCode);
    checkQueuedControlFrames();
    resets.add(id);
  }

  void discard(Http2Stream stream, StreamReset reset) {
    StreamHandler user = stream.handler;
    remove(stream);
    if (user != null) {
      user.onReset(stream, reset);
    }
  }

  private void remove(Http2Stream stream) {
    if (stream.closed) {
      return;
    }
    stream.closed = true;
    streams.remove(stream.id());
    if (stream.queue != null) {
      stream.queue.release();
      stream.queue = null;
    }
    if (!over) {
      onStreamEnded();
    }
  }

  private void onStreamEnded() {
    handler.onStreamRoom();
    if (drainFinished && streams.size() == 0) {
      closeDrained();
    }
  }

  // ---- draining (6.8) --------------------------------------------------------------------------

  private boolean drainStarted;
  private boolean drainFinished;

  /**
   * Tells the peer to open no more streams and closes when the open ones have ended. Streams that
   * the peer opens before it hears of it are still served: first a GOAWAY with the highest
   * identifier, and after a round trip one with the real one.
   */
  public void drain() {
    if (over || drainStarted) {
      return;
    }
    drainStarted = true;
    if (settingsReceived) {
      sender.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, ConnectionLoop.EMPTY);
      sender.ping(Flags.NONE, DRAIN_PING);
    } else {
      finishDraining();
    }
  }

  /** Ends a drain's first step: from now on new streams are refused, also without an answer. */
  public void finishDraining() {
    if (drainFinished || over) {
      return;
    }
    drainFinished = true;
    draining = true;
    sender.goAway(lastPeerStream(), ErrorCode.NO_ERROR, ConnectionLoop.EMPTY);
    handler.onDraining();
    if (streams.size() == 0) {
      closeDrained();
    }
  }

  private void closeDrained() {
    transport.closeAfterFlush();
    end(false, "drained");
  }

  // ---- checks ----------------------------------------------------------------------------------

  /** Judges a frame whose stream has no object. */
  void checkMissing(int id, int type) {
    checkNotIdle(id, type);
    if (!resets.contains(id)) {
      onFrameForClosed(id, type);
    }
  }

  private void checkNotIdle(int id, int type) {
    if (id == 0 || isIdle(id)) {
      throw protocolError("frame of type " + type + " on idle stream " + id);
    }
  }

  private void checkQueuedControlFrames() {
    if (sender.queuedControlFrames() > limits.maxQueuedControlFrames()) {
      throw new ConnectionFault(
          ErrorCode.ENHANCE_YOUR_CALM,
          "more than " + limits.maxQueuedControlFrames() + " answers that the peer does not read");
    }
  }

  private static void checkSize(boolean fits, String frame, int length) {
    if (!fits) {
      throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, frame + " length: " + length);
    }
  }

  static ConnectionFault protocolError(String message) {
    return new ConnectionFault(ErrorCode.PROTOCOL_ERROR, message);
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static int int31(byte[] bytes, int at) {
    return int32(bytes, at) & 0x7fffffff;
  }

  /** The default window of a connection, which SETTINGS do not change (RFC 9113, 6.9.2). */
  static int connectionWindowRaise(Http2Limits limits) {
    return limits.connectionWindowBytes() - DEFAULT_WINDOW;
  }
}
