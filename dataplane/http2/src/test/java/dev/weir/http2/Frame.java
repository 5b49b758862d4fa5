package dev.weir.http2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One frame as a peer would send it, legal or not. */
final class Frame {
  private static final String[] REQUEST = {
    ":method", "POST", ":scheme", "http", ":path", "/a.B/C", ":authority", "host:1"
  };

  private final int type;
  private final int flags;
  private final int streamId;
  private final byte[] payload;

  Frame(int type, int flags, int streamId, byte[] payload) {
    this.type = type;
    this.flags = flags;
    this.streamId = streamId;
    this.payload = payload;
  }

  int type() {
    return type;
  }

  int flags() {
    return flags;
  }

  int streamId() {
    return streamId;
  }

  byte[] payload() {
    return payload;
  }

  static Frame raw(int type, int flags, int streamId, int length) {
    return new Frame(type, flags, streamId, new byte[length]);
  }

  // ---- frames by type --------------------------------------------------------------------------

  static Frame data(int id, int length) {
    return data(id, pattern(id, length));
  }

  static Frame data(int id, byte[] payload) {
    return new Frame(FrameType.DATA, 0, id, payload);
  }

  /** HEADERS with these fields: name, value, name, value... */
  static Frame headers(int id, String... fields) {
    return headers(id, block(fields).bytes());
  }

  static Frame headers(int id, byte[] block) {
    return new Frame(FrameType.HEADERS, Flags.END_HEADERS, id, block);
  }

  /** The head of a request, with more fields behind the usual ones. */
  static Frame request(int id, String... more) {
    return headers(id, concat(REQUEST, more));
  }

  static Frame response(int id, String... more) {
    return headers(id, concat(new String[] {":status", "200"}, more));
  }

  static Frame trailers(int id) {
    return headers(id, "grpc-status", "0").end();
  }

  static Frame continuation(int id, byte[] block) {
    return new Frame(FrameType.CONTINUATION, Flags.END_HEADERS, id, block);
  }

  static Frame priority(int id, int dependsOn) {
    return new Frame(FrameType.PRIORITY, 0, id, ints(1, dependsOn));
  }

  static Frame reset(int id, int code) {
    return new Frame(FrameType.RST_STREAM, 0, id, ints(0, code));
  }

  /** SETTINGS of identifier, value, identifier, value... */
  static Frame settings(long... pairs) {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length / 2 * 6);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt((int) pairs[i + 1]);
    }
    return new Frame(FrameType.SETTINGS, 0, 0, payload.array());
  }

  static Frame settingsAck() {
    return new Frame(FrameType.SETTINGS, Flags.ACK, 0, new byte[0]);
  }

  static Frame ping(long opaque) {
    byte[] payload = ByteBuffer.allocate(8).putLong(opaque).array();
    return new Frame(FrameType.PING, 0, 0, payload);
  }

  static Frame goAway(int lastStream, int code) {
    return new Frame(FrameType.GOAWAY, 0, 0, ints(0, lastStream, code));
  }

  static Frame windowUpdate(int id, int increment) {
    return new Frame(FrameType.WINDOW_UPDATE, 0, id, ints(0, increment));
  }

  // ---- variations ------------------------------------------------------------------------------

  /** With END_STREAM. */
  Frame end() {
    return with(Flags.END_STREAM);
  }

  Frame ack() {
    return with(Flags.ACK);
  }

  Frame with(int flag) {
    return new Frame(type, flags | flag, streamId, payload);
  }

  /** Without END_HEADERS: more of the block follows. */
  Frame unfinished() {
    return new Frame(type, flags & ~Flags.END_HEADERS, streamId, payload);
  }

  Frame onStream(int id) {
    return new Frame(type, flags, id, payload);
  }

  /** Padded as the RFC wants it (6.1). */
  Frame padded(int padding) {
    byte[] padded =
        Arrays.copyOf(concat(new byte[] {(byte) padding}, payload), 1 + payload.length + padding);
    return new Frame(type, flags | Flags.PADDED, streamId, padded);
  }

  /** Says that it has that much padding, and has none. */
  Frame claimingPadding(int padding) {
    return new Frame(
        type, flags | Flags.PADDED, streamId, concat(new byte[] {(byte) padding}, payload));
  }

  /** HEADERS with the deprecated priority fields (6.2). */
  Frame dependingOn(int id) {
    return new Frame(type, flags | Flags.PRIORITY, streamId, concat(ints(1, id), payload));
  }

  Frame cutTo(int length) {
    return new Frame(type, flags, streamId, Arrays.copyOf(payload, length));
  }

  /** HEADERS as several frames: the first with this many bytes of the block, so the others. */
  Frame[] split(int bytes) {
    List<Frame> parts = new ArrayList<>();
    for (int from = 0; from < payload.length; from += bytes) {
      byte[] part = Arrays.copyOfRange(payload, from, Math.min(payload.length, from + bytes));
      Frame frame =
          from == 0 ? new Frame(type, flags, streamId, part) : continuation(streamId, part);
      parts.add(from + bytes < payload.length ? frame.unfinished() : frame);
    }
    return parts.toArray(Frame[]::new);
  }

  byte[] bytes() {
    byte[] out = new byte[FrameReader.HEADER_BYTES + payload.length];
    out[0] = (byte) (payload.length >>> 16);
    Bytes.putShort(out, 1, payload.length);
    out[3] = (byte) type;
    out[4] = (byte) flags;
    Bytes.putInt(out, 5, streamId);
    System.arraycopy(payload, 0, out, FrameReader.HEADER_BYTES, payload.length);
    return out;
  }

  // ---- parts -----------------------------------------------------------------------------------

  static BlockWriter block(String... fields) {
    BlockWriter block = new BlockWriter();
    for (int i = 0; i < fields.length; i += 2) {
      block.plain(fields[i], fields[i + 1]);
    }
    return block;
  }

  /** Bytes that tell their place and their stream. */
  static byte[] pattern(int seed, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed * 31 + i * 7 + (i >> 8));
    }
    return bytes;
  }

  static byte[] bytes(Frame... frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      out.writeBytes(frame.bytes());
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  static Frame[] concat(Frame[] first, Frame... second) {
    Frame[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static String[] concat(String[] first, String[] second) {
    String[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] ints(int zeroBytes, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4 + zeroBytes);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }
}
