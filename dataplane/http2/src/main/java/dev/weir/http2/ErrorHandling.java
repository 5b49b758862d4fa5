package dev.weir.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/**
 * What comes of a peer's faults (RFC 9113, 5.4). One on a stream costs the peer that stream, and
 * more such streams than its {@link ConductLimits} allow cost it the connection (10.5), as does a
 * {@link ConnectionFault} at once. Confined to the event loop.
 */
final class ErrorHandling {
  /** A large head that is alone is nobody's fault. */
  private static final long ONE_HEAD_KIB = 64;

  private final Http2Connection connection;
  private final FrameWriter writer;
  private final PeerConduct conduct;
  private final Http2Limits limits;
  private final ConnectionHandler handler;

  ErrorHandling(Http2Connection connection, Http2Limits limits) {
    this.connection = connection;
    this.writer = connection.writer;
    this.conduct = connection.conduct;
    this.handler = connection.handler;
    this.limits = limits;
  }

  // ---- of the connection (5.4.1) ---------------------------------------------------------------

  /** Ends the connection for what the peer did. */
  void close(PeerFault fault, String detail) {
    if (!connection.isOver()) {
      handler.onPeerFault(fault, detail);
      connection.close(fault.errorCode(), detail);
    }
  }

  /** Ends a connection whose peer leaves a header block, or a frame before its payload, open. */
  void closeIfUnfinished(long nowNanos) {
    Duration most = connection.loop.timeouts().head();
    if (connection.isUnfinished()
        && nowNanos - connection.unfinishedSinceNanos() >= most.toNanos()) {
      String detail = "header block or frame unfinished after " + most.toSeconds() + " s";
      close(PeerFault.HEAD_TIMEOUT, detail);
    }
  }

  /**
   * Counts an answer that the peer made us give, or will; one who does not read them has to go.
   * While nothing waits nothing is unread, however many streams came and went without an answer.
   */
  void countAnswer() {
    if (writer.output().isEmpty() && connection.sender.isWritable()) {
      writer.outputTaken();
    }
    writer.answered();
    if (writer.unreadAnswers() > limits.maxUnreadAnswers()) {
      throw new ConnectionFault(
          PeerFault.UNREAD_ANSWERS,
          "more than " + limits.maxUnreadAnswers() + " answers that the peer does not read");
    }
  }

  /** A peer may ask for more only while the heads of our answers are no load; payload never is. */
  void checkUnreadHeads() {
    long mostKib = ONE_HEAD_KIB + limits.maxUnreadAnswers();
    if (writer.unreadHeadBytes() >> 10 > mostKib
        && connection.transport.waitingBytes() >> 10 > mostKib) {
      throw new ConnectionFault(
          PeerFault.UNREAD_ANSWERS,
          "more than " + mostKib + " KiB of heads that the peer does not read");
    }
  }

  // ---- of a stream (5.4.2) ---------------------------------------------------------------------

  /** The peer broke a rule on one stream. */
  void reset(Http2Stream stream, int errorCode, String detail) {
    handler.onPeerFault(PeerFault.STREAM, detail + " (stream " + stream.id() + ")");
    connection.sendReset(stream, errorCode, null);
    countAnswer();
    connection.discard(stream, new StreamReset(StreamReset.Cause.PEER_FAULT, errorCode, detail));
    cameToNothing(PeerFault.PROVOKED_RESETS);
  }

  /** Refuses a stream for which the peer may not know that there is no place. */
  void refuseWithoutBlame(int id) {
    writer.resetStream(id, ErrorCode.REFUSED_STREAM);
    connection.givenUp(id);
  }

  /** The same for a stream whose head is malformed. */
  void refuseMalformed(int id, String detail) {
    handler.onPeerFault(PeerFault.STREAM, detail + " (stream " + id + ")");
    refuse(id, ErrorCode.PROTOCOL_ERROR, PeerFault.PROVOKED_RESETS);
  }

  /**
   * Refuses a stream that has no object.
   *
   * @param fault what it is if it happens too often
   */
  void refuse(int id, int errorCode, PeerFault fault) {
    writer.resetStream(id, errorCode);
    connection.givenUp(id);
    countAnswer();
    cameToNothing(fault);
  }

  /** The peer does not take what it asked for on this stream. */
  void resetStalled(Http2Stream stream, String detail) {
    resetUntaken(stream, PeerFault.STALLED_READER, detail);
  }

  /** So much more payload would have to wait for the peer, and there is no room for it. */
  void resetForRoom(Http2Stream stream, int bytes) {
    resetUntaken(
        stream,
        PeerFault.BUFFERS_FULL,
        "%d bytes more would wait on stream %d, beside %d MiB in all"
            .formatted(bytes, stream.id(), connection.loop.buffered().whole() >> 20));
  }

  private void resetUntaken(Http2Stream stream, PeerFault fault, String detail) {
    handler.onPeerFault(fault, detail);
    int code = fault.errorCode();
    connection.sendReset(stream, code, null);
    connection.discard(stream, new StreamReset(StreamReset.Cause.NOT_TAKEN, code, detail));
  }

  /** The peer reset a stream (6.4): its right, and a burden when it was not answered yet. */
  void onPeerReset(Http2Stream stream, int code) {
    connection.history.resetByPeer(stream.id());
    boolean unanswered = !stream.headSent;
    connection.discard(
        stream,
        new StreamReset(StreamReset.Cause.PEER, code, "stream reset with " + ErrorCode.name(code)));
    if (unanswered) {
      cameToNothing(PeerFault.PEER_RESETS);
    }
  }

  /** A call of the peer made us reset a stream on a connection to an endpoint, which many share. */
  void resetUpstream() {
    if (!connection.isDraining() && !conduct.mayResetUpstream()) {
      turnAway(PeerFault.UPSTREAM_RESETS, "more calls that were cut off than ");
    }
  }

  /** So did a stream by the peer's doing. */
  private void cameToNothing(PeerFault fault) {
    if (!conduct.mayReset() && !connection.draining.isDeaf()) {
      turnAway(fault, "more streams that came to nothing than ");
    }
  }

  /** The peer gets no more streams, and keeps those that it has. */
  private void turnAway(PeerFault fault, String moreThan) {
    String detail = moreThan + limits.conduct().resets();
    handler.onPeerFault(fault, detail);
    connection.draining.turnAway(fault.errorCode(), detail.getBytes(UTF_8));
    connection.draining.closeIfDone();
  }

  // ---- of frames whose stream is not open (5.1) ------------------------------------------------

  /** DATA or HEADERS came whose stream has no object: the peer hears of it if it has to. */
  void onMissing(int id, int type) {
    checkNotIdle(id, type);
    if (connection.history.isToBeTold(id, type, connection.loop.nowNanos())) {
      connection.tellClosed(id);
      countAnswer();
    }
  }

  void checkNotIdle(int id, int type) {
    if (id == 0 || connection.isIdle(id)) {
      throw ConnectionFault.protocol("frame of type " + type + " on idle stream " + id);
    }
  }
}
