package dev.weir.http2;

import org.jspecify.annotations.Nullable;

/** The client's side of a connection: we open streams on it. */
public final class ClientConnection extends Http2Connection {
  /** Resets that a connection may owe before it takes no more calls, come what may. */
  private static final int MAX_OWED = 1000;

  private final OwedResets resets;
  private final Keepalive keepalive;
  int nextStream = 1;
  private int lastHandedOver;
  private int peerConcurrency = Integer.MAX_VALUE;

  ClientConnection(
      ConnectionLoop loop, Http2Limits limits, ConnectionHandler handler, Transport transport) {
    super(loop, limits, handler, transport);
    this.resets = new OwedResets(loop, writer, limits.conduct().bearableResets());
    this.keepalive = new Keepalive(writer, loop.nowNanos());
  }

  @Override
  void start() {
    writer.preface(PREFACE);
    writer.settings(
        PeerSettings.ENABLE_PUSH,
        0,
        PeerSettings.INITIAL_WINDOW_SIZE,
        limits.streamWindowBytes(),
        PeerSettings.MAX_HEADER_LIST_SIZE,
        limits.maxHeaderListBytes());
    receiver.start();
  }

  /** How many streams the server allows at once. */
  public int peerConcurrency() {
    return peerConcurrency;
  }

  /** Whether there has been a stream yet. */
  public boolean hasOpenedStreams() {
    return nextStream > 1;
  }

  /**
   * The identifier of the next stream. There are no more than 2^30, and none is used twice (RFC
   * 9113, 5.1.1): the user of the connection gets another one in time.
   */
  public int nextStream() {
    return nextStream;
  }

  /** Whether {@link #open} will give a stream. */
  public boolean hasRoom() {
    return isReady()
        && !isDraining()
        && streams.size() + resets.size() < peerConcurrency
        && nextStream < Integer.MAX_VALUE;
  }

  /** Opens a stream by sending its head, or gives null when there is no room. */
  public @Nullable Http2Stream open(StreamHandler user, FieldList head, boolean endStream) {
    if (!hasRoom()) {
      return null;
    }
    history.began(nextStream);
    Http2Stream stream = newStream(nextStream);
    nextStream += 2;
    stream.handler = user;
    stream.headRequest = HeadRules.isHead(head);
    stream.sendHeaders(head, endStream);
    return stream;
  }

  /**
   * A connection that comes to owe resets takes no more calls, at once or when its user has another
   * one: it closes, and pays all, with the last of those that it has.
   */
  @Override
  void sendReset(Http2Stream stream, int errorCode, @Nullable ClientDebt client) {
    if (!resets.send(stream, errorCode, client, loop.nowNanos())
        && (resets.size() > MAX_OWED || !handler.onResetsOwed())) {
      retire();
    }
  }

  /** Where resets are scarce it hears so by an end, if that cannot pass for one of the request. */
  @Override
  void endEarly(Http2Stream stream, ClientDebt client, boolean mayEnd) {
    if (mayEnd && stream.queue == null && !stream.closed) {
      resets.sendNoMore(stream.id(), loop.nowNanos());
      remove(stream);
    } else {
      super.endEarly(stream, client, mayEnd);
    }
  }

  /** Whether the server has yet to hear of streams that are reset. */
  public boolean owesResets() {
    return resets.size() > 0;
  }

  /** Takes no more calls, and closes with the last of those that it has. */
  public void retire() {
    draining.refuse();
  }

  /**
   * Takes calls again after {@link #retire}, if there is room for one, the server has heard of all
   * resets, and neither side wants the connection to end; tells whether it does.
   */
  public boolean reopen() {
    return !isOver() && resets.size() == 0 && streams.size() < peerConcurrency && draining.reopen();
  }

  /** Sends resets that were held back, as far as the server bears them by now. */
  public void payResets() {
    if (!isOver()) {
      resets.pay(loop.nowNanos());
    }
  }

  /**
   * Sees to it that a server which is gone does not hold up calls: sends a PING when nothing has
   * come from it for so long while calls are open, and ends the connection when nothing comes then
   * either. To be called about twice a second.
   *
   * @param timeoutNanos from the PING on
   */
  public void keepAlive(long intervalNanos, long timeoutNanos) {
    if (!isOver()
        && !keepalive.look(
            loop.nowNanos(),
            conduct.receivedBytes(),
            streams.size() > 0,
            intervalNanos,
            timeoutNanos)) {
      errors.close(PeerFault.KEEPALIVE_TIMEOUT, "no answer to a PING");
    }
  }

  @Override
  void outputHandedOver() {
    lastHandedOver = nextStream - 2;
  }

  /** Their users are told that they may go elsewhere, so they must not leave all the same. */
  @Override
  void takeBackUnsent() {
    if (lastHandedOver < nextStream - 2) {
      writer.output().clear();
    }
  }

  @Override
  boolean isUnsent(Http2Stream stream) {
    return stream.id() > lastHandedOver && !stream.headReceived;
  }

  @Override
  void onHeaders(
      int id,
      FieldList fields,
      @Nullable HeaderListSize excess,
      boolean endStream,
      boolean dependsOnItself) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      errors.onMissing(id, FrameType.HEADERS);
      conduct.lateBlock();
      if (endStream) {
        peerEnds(id, false);
      }
    } else if (stream.remoteEnded) {
      errors.reset(stream, ErrorCode.STREAM_CLOSED, "HEADERS after the end of the stream");
    } else if (excess != null) {
      refuseOversized(stream, excess);
    } else if (stream.headReceived) {
      onTrailers(stream, fields, endStream);
    } else {
      onHead(stream, fields, endStream);
    }
  }

  private void refuseOversized(Http2Stream stream, HeaderListSize size) {
    String detail =
        "the metadata of the answer is larger than allowed: " + size.comparedWith(limits);
    handler.onPeerFault(PeerFault.HEADER_LIST, detail);
    sendReset(stream, ErrorCode.CANCEL, null);
    discard(stream, new StreamReset(StreamReset.Cause.HEADERS_TOO_LARGE, ErrorCode.CANCEL, detail));
  }

  private void onHead(Http2Stream stream, FieldList head, boolean endStream) {
    String fault = HeadRules.response(head);
    long contentLength = HeadRules.contentLength(head);
    if (fault != null || contentLength == HeadRules.BAD_LENGTH) {
      errors.reset(
          stream, ErrorCode.PROTOCOL_ERROR, fault != null ? fault : "malformed content-length");
      return;
    }
    int status = HeadRules.status(head);
    if (status < 200) {
      onInformational(stream, head, endStream);
      return;
    }
    if (HeadRules.hasNoContent(status, stream.headRequest)) {
      contentLength = 0;
    }
    if (endStream && contentLength > 0) {
      errors.reset(stream, ErrorCode.PROTOCOL_ERROR, "payload differs from content-length");
      return;
    }
    stream.headReceived = true;
    stream.contentLeft = contentLength;
    deliver(stream, head, endStream);
  }

  /**
   * A head with 1xx is not the final one and is dropped (RFC 9113, 8.1). All those of a stream
   * together have the bounds of one head.
   */
  private void onInformational(Http2Stream stream, FieldList head, boolean endStream) {
    stream.informationalBytes += head.listBytes();
    if (endStream || stream.informationalBytes > limits.maxHeaderListBytes()) {
      errors.reset(stream, ErrorCode.PROTOCOL_ERROR, "informational heads that end or do not end");
    }
  }

  private void onTrailers(Http2Stream stream, FieldList fields, boolean endStream) {
    String fault = endStream ? HeadRules.trailers(fields) : "trailers that do not end the stream";
    if (fault == null && stream.contentLeft > 0) {
      fault = "payload differs from content-length";
    }
    if (fault != null) {
      errors.reset(stream, ErrorCode.PROTOCOL_ERROR, fault);
    } else {
      deliver(stream, fields, true);
    }
  }

  private void deliver(Http2Stream stream, FieldList fields, boolean endStream) {
    StreamHandler user = stream.handler;
    if (endStream) {
      remoteEnd(stream);
    }
    if (user != null) {
      user.onHeaders(stream, fields, endStream);
    }
  }

  @Override
  boolean isIdle(int id) {
    return (id & 1) == 0 || id >= nextStream;
  }

  @Override
  boolean mayHaveUnseenStreams() {
    return false;
  }

  /** Other calls share the connection: it outlives a block as long as its frames let one be. */
  @Override
  int maxHeaderExcessBytes() {
    return Integer.MAX_VALUE;
  }

  @Override
  int lastPeerStream() {
    return 0;
  }

  @Override
  void peerConcurrency(int streams) {
    peerConcurrency = streams;
  }

  @Override
  void checkPushSetting(long value) {
    if (value != 0) {
      throw ConnectionFault.protocol(
          "SETTINGS_ENABLE_PUSH: " + value + " from a server (expected: 0)");
    }
  }

  /** Streams above the last one were never looked at and may go elsewhere (RFC 9113, 6.8). */
  @Override
  void onGoAway(int lastStream, int errorCode, String debug) {
    handler.onGoAway(errorCode, debug);
    draining.peerLeaves();
    StreamReset reset =
        new StreamReset(
            StreamReset.Cause.NOT_PROCESSED,
            errorCode,
            "connection closing with " + ErrorCode.name(errorCode) + " " + debug);
    LostStreams gone = new LostStreams(transport, () -> {});
    streams.forEach(stream -> {
      if (stream.id() > lastStream) {
        lose(stream, reset, gone);
      }
    });
    gone.run();
  }

  /** A server hurts nobody but this call with it, and others share the connection. */
  @Override
  void blatantFault(Http2Stream stream, PeerFault fault, String detail) {
    errors.reset(stream, fault.errorCode(), detail);
  }

  /** A server may hear of a reset late, since we may owe it, and callers share the connection. */
  @Override
  void givenUp(int id) {}

  @Override
  void onOver() {
    resets.clear();
  }

  /** There is room for another call then. */
  @Override
  void peerEnds(int id, boolean byReset) {
    if (resets.endedByServer(id, byReset)) {
      draining.onStreamEnded();
    }
  }

  @Override
  void tellClosed(int id) {
    resets.sendSpare(id, ErrorCode.STREAM_CLOSED, loop.nowNanos());
  }

  @Override
  void onHalfClosedLocal(Http2Stream stream) {}

  /** A call has one with its client, which counts; this one is there as long as that is. */
  @Override
  void countStreams(int change) {}
}
