package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The server's side of a connection: clients open streams on it. */
public final class ServerConnection extends Http2Connection {
  /** Heads that a peer may send in vain after it was told that none is heard. */
  private static final int MAX_UNHEARD = 1000;

  private int prefaceRead;
  private int lastStream;
  private int lastHeard;
  private int unheard;

  ServerConnection(
      ConnectionLoop loop, Http2Limits limits, ConnectionHandler handler, Transport transport) {
    super(loop, limits, handler, transport);
  }

  @Override
  void start() {
    writer.settings(
        PeerSettings.MAX_CONCURRENT_STREAMS,
        limits.maxConcurrentStreams(),
        PeerSettings.INITIAL_WINDOW_SIZE,
        limits.streamWindowBytes(),
        PeerSettings.MAX_HEADER_LIST_SIZE,
        limits.maxHeaderListBytes());
    receiver.start();
  }

  /** Before its calls end, which may come to be owed. */
  @Override
  void onOver() {
    debt().left = true;
  }

  @Override
  void receiveFrames(ByteBuf in) {
    while (prefaceRead < PREFACE.length && in.isReadable()) {
      if (in.readByte() != PREFACE[prefaceRead++]) {
        throw ConnectionFault.protocol("no HTTP/2 preface");
      }
    }
    super.receiveFrames(in);
  }

  @Override
  void onHeaders(
      int id,
      FieldList fields,
      @Nullable HeaderListSize excess,
      boolean endStream,
      boolean dependsOnItself) {
    Http2Stream stream = streams.get(id);
    if (stream != null) {
      onTrailers(stream, fields, excess, endStream);
    } else if (id > lastStream) {
      onNewStream(id, fields, excess, endStream, dependsOnItself);
    } else {
      errors.onMissing(id, FrameType.HEADERS);
      conduct.lateBlock();
    }
  }

  private void onNewStream(
      int id,
      FieldList head,
      @Nullable HeaderListSize excess,
      boolean endStream,
      boolean dependsOnItself) {
    if ((id & 1) == 0) {
      // 5.1.1
      throw ConnectionFault.protocol("a client opened stream " + id + " (expected: an odd one)");
    }
    lastStream = id;
    history.began(id);
    if (draining.isDeaf()) {
      turnedDown(endStream);
      ignore();
      return;
    }
    errors.countAnswer();
    errors.checkUnreadHeads();
    if (isDraining()) {
      turnedDown(endStream);
      errors.refuseWithoutBlame(id);
      return;
    }
    lastHeard = id;
    if (streams.size() + owedCalls() >= limits.maxConcurrentStreams()) {
      turnedDown(endStream);
      refuseForNumber(id);
      return;
    }
    if (excess != null) {
      answerOversized(id, head, excess, endStream);
      return;
    }
    if (dependsOnItself) {
      throw ConnectionFault.protocol("stream " + id + " depends on itself");
    }
    long contentLength = HeadRules.contentLength(head);
    String malformed = HeadRules.request(head);
    if (malformed == null) {
      malformed = HeadRules.lengthFault(contentLength, endStream);
    }
    if (malformed != null) {
      turnedDown(endStream);
      errors.refuseMalformed(id, malformed);
      return;
    }
    Http2Stream stream = begun(id, head, endStream);
    stream.contentLeft = contentLength;
    StreamHandler user = handler.onRequest(stream, head, endStream);
    if (!stream.closed) {
      stream.handler = user;
    }
  }

  /** 5.1.2; of the calls that an endpoint has yet to be told the end of, the peer knows nothing. */
  private void refuseForNumber(int id) {
    if (streams.size() < limits.maxConcurrentStreams()) {
      errors.refuseWithoutBlame(id);
    } else {
      errors.refuse(id, ErrorCode.REFUSED_STREAM, PeerFault.REFUSED_STREAMS);
    }
  }

  /** A stream gets no object; its payload may be on its way all the same. */
  private void turnedDown(boolean endStream) {
    if (!endStream) {
      conduct.racing(receiver.streamWindow());
    }
  }

  /** The peer knows from our GOAWAY that it can open this stream elsewhere. */
  private void ignore() {
    if (++unheard > MAX_UNHEARD) {
      throw new ConnectionFault(
          PeerFault.REFUSED_STREAMS, "more than " + MAX_UNHEARD + " streams behind a GOAWAY");
    }
  }

  private void answerOversized(int id, FieldList head, HeaderListSize size, boolean endStream) {
    handler.onOversizedRequest(begun(id, head, endStream), head, size);
  }

  private Http2Stream begun(int id, FieldList head, boolean endStream) {
    Http2Stream stream = newStream(id);
    stream.headReceived = true;
    stream.headRequest = HeadRules.isHead(head);
    stream.remoteEnded = endStream;
    return stream;
  }

  private void onTrailers(
      Http2Stream stream, FieldList fields, @Nullable HeaderListSize excess, boolean endStream) {
    if (stream.remoteEnded) {
      throw new ConnectionFault(
          PeerFault.STREAM_CLOSED, "HEADERS after the end of stream " + stream.id());
    } else if (!endStream) {
      errors.reset(stream, ErrorCode.PROTOCOL_ERROR, "trailers that do not end the stream");
    } else if (excess != null || HeadRules.trailers(fields) != null || stream.contentLeft > 0) {
      errors.reset(stream, ErrorCode.PROTOCOL_ERROR, "malformed trailers");
    } else {
      StreamHandler user = stream.handler;
      remoteEnd(stream);
      if (user != null) {
        user.onHeaders(stream, fields, true);
      }
    }
  }

  @Override
  boolean isIdle(int id) {
    return (id & 1) == 0 || id > lastStream;
  }

  @Override
  boolean mayHaveUnseenStreams() {
    return isReady();
  }

  @Override
  int maxHeaderExcessBytes() {
    return limits.maxHeaderListBytes();
  }

  @Override
  int lastPeerStream() {
    return lastHeard;
  }

  @Override
  void peerConcurrency(int streams) {
    // Limits pushed streams, of which there are none.
  }

  @Override
  void checkPushSetting(long value) {
    if (value > 1) {
      throw ConnectionFault.protocol("SETTINGS_ENABLE_PUSH: " + value + " (expected: 0 or 1)");
    }
  }

  /** A client that leaves opens no more streams; it hears which of them we have seen. */
  @Override
  void onGoAway(int lastStream, int errorCode, String debug) {
    draining.finish();
  }

  /** What no honest client does would make it cheap to have us reset streams (10.5). */
  @Override
  void blatantFault(Http2Stream stream, PeerFault fault, String detail) {
    throw new ConnectionFault(fault, detail + " (stream " + stream.id() + ")");
  }

  @Override
  void givenUp(int id) {
    history.reset(id, loop.nowNanos());
  }

  @Override
  void tellClosed(int id) {
    writer.resetStream(id, ErrorCode.STREAM_CLOSED);
  }

  @Override
  void peerEnds(int id, boolean byReset) {}

  /** The answer is complete: the rest of the request is not wanted (RFC 9113, 8.1). */
  @Override
  void onHalfClosedLocal(Http2Stream stream) {
    resetStream(stream, ErrorCode.NO_ERROR, null);
  }

  @Override
  void countStreams(int change) {
    loop.streams().use(change);
  }
}
