package dev.weir.engine;

import static dev.weir.engine.FrameOutput.ACK;
import static dev.weir.engine.FrameOutput.END_HEADERS;
import static dev.weir.engine.FrameOutput.END_STREAM;
import static dev.weir.engine.FrameOutput.HEADER_BYTES;
import static dev.weir.engine.Simulation.require;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway sends on one connection, read by somebody who does not know what it was sent:
 * whole frames, blocks that Netty decodes and finds valid, requests that any server takes ({@link
 * ForwardedRequest}), and on each stream one head, payload, and one end.
 */
final class GatewayOutput {
  private static final int STREAM_CLOSED = 5;
  private static final int PREFACE_BYTES = 24;
  private static final int LARGEST_FRAME = (1 << 24) - 1;

  private final boolean toServer;
  private final Pipe input = new Pipe();
  private final DefaultHttp2HeadersDecoder decoder;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final List<Integer> opened = new ArrayList<>();
  private long bytes;
  private boolean begun;
  private @Nullable Pipe block;
  private int blockStream;
  private boolean blockEnds;

  /** How far the gateway's half of a stream has come. */
  private static final class Stream {
    private boolean head;
    private boolean ended;
    private boolean reset;
  }

  /** Requests with control characters are refused; answers go on as RFC 9113, 8.2.1, has them. */
  GatewayOutput(boolean toServer) {
    this.toServer = toServer;
    this.decoder = new DefaultHttp2HeadersDecoder(true, toServer, 1 << 20);
  }

  /** How many bytes have come. */
  long bytes() {
    return bytes;
  }

  /** Streams that have begun, the earliest first. */
  List<Integer> opened() {
    return opened;
  }

  /** Reads everything that is there, and fails for what must not be. */
  void read(Pipe from) {
    bytes += from.size();
    input.write(from.bytes(), from.from(), from.size());
    from.skip(from.size());
    if (toServer && !begun) {
      if (input.size() < PREFACE_BYTES) {
        return;
      }
      input.skip(PREFACE_BYTES);
    }
    begun |= toServer;
    while (readFrame()) {}
  }

  private boolean readFrame() {
    if (input.size() < HEADER_BYTES || input.size() < HEADER_BYTES + input.int24(0)) {
      return false;
    }
    int length = input.int24(0);
    require(length <= LARGEST_FRAME, "frame of " + length + " bytes");
    onFrame(input.int8(3), input.int8(4), input.int32(5), length);
    input.skip(HEADER_BYTES + length);
    return true;
  }

  private void onFrame(int type, int flags, int id, int length) {
    require(block == null || type == FrameOutput.CONTINUATION, "a frame within a header block");
    switch (type) {
      case FrameOutput.DATA -> onData(id, flags);
      case FrameOutput.HEADERS -> onHeaders(id, flags, length);
      case FrameOutput.CONTINUATION -> onContinuation(id, flags, length);
      case FrameOutput.RST_STREAM -> onReset(id, length);
      case FrameOutput.SETTINGS ->
          require(id == 0 && ((flags & ACK) == 0 || length == 0), "malformed SETTINGS");
      case FrameOutput.PING -> require(id == 0 && length == 8, "malformed PING");
      case FrameOutput.GOAWAY -> require(id == 0 && length >= 8, "malformed GOAWAY");
      case FrameOutput.WINDOW_UPDATE ->
          require(length == 4 && input.int32(HEADER_BYTES) > 0, "malformed WINDOW_UPDATE");
      default -> throw new AssertionError("frame of type " + type);
    }
  }

  private void onData(int id, int flags) {
    Stream stream = sending(id);
    require(stream.head, () -> "DATA before the head of stream " + id);
    stream.ended = (flags & END_STREAM) != 0;
  }

  private void onHeaders(int id, int flags, int length) {
    block = new Pipe();
    blockStream = id;
    blockEnds = (flags & END_STREAM) != 0;
    onContinuation(id, flags, length);
  }

  private void onContinuation(int id, int flags, int length) {
    Pipe fragments = block;
    require(fragments != null && id == blockStream, "CONTINUATION out of place");
    if (fragments == null) {
      return;
    }
    fragments.write(input.bytes(), input.from() + HEADER_BYTES, length);
    if ((flags & END_HEADERS) != 0) {
      block = null;
      onBlock(id, decode(id, fragments));
    }
  }

  private void onBlock(int id, Http2Headers fields) {
    Stream stream = sending(id);
    CharSequence status = fields.status();
    if (stream.head) {
      require(blockEnds, () -> "a second head on stream " + id);
      require(status == null && fields.method() == null, () -> "a head for trailers on " + id);
    } else if (toServer) {
      require(opened.isEmpty() || opened.getLast() < id, () -> "stream " + id + " is not the next");
      ForwardedRequest.check(fields);
      opened.add(id);
      stream.head = true;
    } else {
      require(status != null, () -> "no status on stream " + id);
      require(!isInformational(status) || !blockEnds, () -> "an answer of " + status);
      if (!isInformational(status)) {
        stream.head = true;
      }
    }
    stream.ended = blockEnds;
  }

  private static boolean isInformational(@Nullable CharSequence status) {
    return status != null && status.charAt(0) == '1';
  }

  private Http2Headers decode(int id, Pipe fragments) {
    try {
      return decoder.decodeHeaders(
          id, Unpooled.wrappedBuffer(fragments.bytes(), fragments.from(), fragments.size()));
    } catch (Http2Exception e) {
      throw new AssertionError("a block that Netty refuses: " + e.getMessage(), e);
    }
  }

  /**
   * The gateway may still want to be rid of the other half of a stream that it has ended, and says
   * once more that it is closed to a peer that goes on long after (RFC 9113, 5.4.2).
   */
  private void onReset(int id, int length) {
    require(id > 0 && length == 4, "malformed RST_STREAM");
    Stream stream = stream(id);
    require(
        !stream.reset || input.int32(HEADER_BYTES) == STREAM_CLOSED,
        () -> "a second RST_STREAM on stream " + id);
    stream.reset = true;
  }

  private Stream sending(int id) {
    require(id > 0, "a frame of a stream on none");
    Stream stream = stream(id);
    require(!stream.ended && !stream.reset, () -> "a frame behind the end of stream " + id);
    return stream;
  }

  private Stream stream(int id) {
    return streams.computeIfAbsent(id, _ -> new Stream());
  }
}
