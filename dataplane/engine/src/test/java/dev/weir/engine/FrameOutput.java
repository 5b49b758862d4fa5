package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Writes the frames of a peer of the gateway, without a thought for flow control. */
final class FrameOutput {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int HEADER_BYTES = 9;

  /** The largest payload that everybody takes. */
  static final int SMALLEST_MAX_FRAME = 16384;

  private static final String[] TYPES = {
    "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS",
    "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"
  };

  private final Pipe out;
  private final SplittableRandom random;
  private final Consumer<String> notes;
  private final boolean tracing;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

  FrameOutput(Simulation simulation, Pipe out, Consumer<String> notes) {
    this(simulation.random(), simulation.isTracing(), out, notes);
  }

  FrameOutput(SplittableRandom random, boolean tracing, Pipe out, Consumer<String> notes) {
    this.random = random;
    this.tracing = tracing;
    this.out = out;
    this.notes = notes;
  }

  static String describe(int type, int flags, int id, int length) {
    return (type < TYPES.length ? TYPES[type] : "type " + type)
        + (id == 0 ? "" : " on " + id)
        + " flags "
        + flags
        + " length "
        + length;
  }

  private void header(int type, int flags, int id, int length) {
    if (tracing) {
      notes.accept("sends " + describe(type, flags, id, length));
    }
    out.write8(length >>> 16);
    out.write8(length >>> 8);
    out.write8(length);
    out.write8(type);
    out.write8(flags);
    out.write32(id);
  }

  void preface() {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    out.write(preface, 0, preface.length);
  }

  /** SETTINGS; {@code pairs} holds identifier, value, identifier, value... */
  void settings(int... pairs) {
    header(SETTINGS, 0, 0, pairs.length * 3);
    for (int i = 0; i < pairs.length; i += 2) {
      out.write8(0);
      out.write8(pairs[i]);
      out.write32(pairs[i + 1]);
    }
  }

  void settingsAck() {
    header(SETTINGS, ACK, 0, 0);
  }

  void ping(int flags, long opaque) {
    header(PING, flags, 0, 8);
    out.write32((int) (opaque >>> 32));
    out.write32((int) opaque);
  }

  void goAway(int last, int code) {
    header(GOAWAY, 0, 0, 8);
    out.write32(last);
    out.write32(code);
  }

  void reset(int id, int code) {
    header(RST_STREAM, 0, id, 4);
    out.write32(code);
  }

  void windowUpdate(int id, int increment) {
    header(WINDOW_UPDATE, 0, id, 4);
    out.write32(increment);
  }

  /** A frame that means nothing: PRIORITY, or of a type that nobody knows. */
  void nothing() {
    if (random.nextBoolean()) {
      header(PRIORITY, 0, 1 + 2 * random.nextInt(10), 5);
      out.write32(random.nextInt(10) * 2);
      out.write8(random.nextInt(256));
    } else {
      header(0x20 + random.nextInt(50), random.nextInt(256), random.nextInt(20), 4);
      out.write32(random.nextInt());
    }
  }

  /** Bytes that are no HTTP/2. */
  void garbage() {
    notes.accept("sends garbage");
    for (int i = 0; i < 30; i++) {
      out.write8(random.nextInt(256) | 0x80);
    }
  }

  /** A head or trailers, in CONTINUATION too when they are long and sometimes when not. */
  void headers(int id, Http2Headers fields, boolean end) {
    ByteBuf encoded = Unpooled.buffer(256);
    try {
      encoder.encodeHeaders(id, fields, encoded);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    int length = encoded.readableBytes();
    int first = random.nextInt(4) == 0 ? random.nextInt(length + 1) : length;
    blockFrame(HEADERS, end ? END_STREAM : 0, id, encoded, first);
    while (encoded.isReadable()) {
      blockFrame(CONTINUATION, 0, id, encoded, length);
    }
  }

  private void blockFrame(int type, int flags, int id, ByteBuf encoded, int most) {
    int length = Math.min(Math.min(most, encoded.readableBytes()), SMALLEST_MAX_FRAME);
    header(type, flags | (length == encoded.readableBytes() ? END_HEADERS : 0), id, length);
    out.write(encoded, length);
    encoded.skipBytes(length);
  }

  /**
   * One DATA frame.
   *
   * @param padding bytes of padding with the one that tells them, or 0
   */
  void data(int id, byte[] source, int offset, int length, boolean end, int padding) {
    int flags = (end ? END_STREAM : 0) | (padding > 0 ? PADDED : 0);
    header(DATA, flags, id, length + padding);
    if (padding > 0) {
      out.write8(padding - 1);
    }
    out.write(source, offset, length);
    for (int i = 1; i < padding; i++) {
      out.write8(0);
    }
  }
}
