package dev.weir.http2;

import io.netty.buffer.ByteBuf;

/**
 * Writes the frames of a connection into its output, without a thought for flow control. Confined
 * to the event loop.
 */
final class FrameWriter {
  /** Payload from this size up is sent by reference; smaller pieces are cheaper to copy. */
  static final int BY_REFERENCE_FROM = 2 << 10;

  private final ConnectionLoop loop;
  private final Transport transport;
  private final HpackEncoder encoder = new HpackEncoder();
  private final OutputBuffer output;
  private int maxFrameBytes = FrameReader.MAX_PAYLOAD_BYTES;
  private int unreadAnswers;
  private int unreadHeadBytes;
  private long dataUnits;

  FrameWriter(ConnectionLoop loop, Transport transport) {
    this.transport = transport;
    this.loop = loop;
    this.output = new OutputBuffer(loop);
  }

  OutputBuffer output() {
    return output;
  }

  HpackEncoder encoder() {
    return encoder;
  }

  /** The largest payload of a frame. */
  int maxFrameBytes() {
    return maxFrameBytes;
  }

  void maxFrameBytes(int bytes) {
    maxFrameBytes = bytes;
  }

  /** DATA frames that have been written, those above 16 KiB as one for every 16 KiB. */
  long dataUnits() {
    return dataUnits;
  }

  /** Answers that have been written since the transport last took output. */
  int unreadAnswers() {
    return unreadAnswers;
  }

  /** What the heads weigh that wait for the peer. */
  int unreadHeadBytes() {
    return unreadHeadBytes;
  }

  /** The peer made us answer: an honest one reads the answers, for others they are counted. */
  void answered() {
    unreadAnswers++;
  }

  /** The transport takes output: what was written is no queue. */
  void outputTaken() {
    unreadAnswers = 0;
    unreadHeadBytes = 0;
  }

  // ---- control frames --------------------------------------------------------------------------

  void preface(byte[] bytes) {
    byte[] out = room(bytes.length);
    System.arraycopy(bytes, 0, out, output.end(), bytes.length);
    output.end(output.end() + bytes.length);
  }

  /** Writes SETTINGS; {@code pairs} holds identifier, value, identifier, value... */
  void settings(int... pairs) {
    int length = pairs.length / 2 * 6;
    byte[] out = room(FrameReader.HEADER_BYTES + length);
    int at = header(out, output.end(), length, FrameType.SETTINGS, Flags.NONE, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      at = Bytes.putShort(out, at, pairs[i]);
      at = Bytes.putInt(out, at, pairs[i + 1]);
    }
    output.end(at);
  }

  void settingsAck() {
    byte[] out = room(FrameReader.HEADER_BYTES);
    output.end(header(out, output.end(), 0, FrameType.SETTINGS, Flags.ACK, 0));
  }

  void ping(int flags, long opaque) {
    byte[] out = room(FrameReader.HEADER_BYTES + 8);
    int at = header(out, output.end(), 8, FrameType.PING, flags, 0);
    at = Bytes.putInt(out, at, (int) (opaque >>> 32));
    output.end(Bytes.putInt(out, at, (int) opaque));
  }

  void goAway(int lastStreamId, int errorCode, byte[] debug) {
    byte[] out = room(FrameReader.HEADER_BYTES + 8 + debug.length);
    int at = header(out, output.end(), 8 + debug.length, FrameType.GOAWAY, Flags.NONE, 0);
    at = Bytes.putInt(out, at, lastStreamId);
    at = Bytes.putInt(out, at, errorCode);
    System.arraycopy(debug, 0, out, at, debug.length);
    output.end(at + debug.length);
  }

  void resetStream(int streamId, int errorCode) {
    byte[] out = room(FrameReader.HEADER_BYTES + 4);
    int at = header(out, output.end(), 4, FrameType.RST_STREAM, Flags.NONE, streamId);
    output.end(Bytes.putInt(out, at, errorCode));
  }

  void windowUpdate(int streamId, int increment) {
    byte[] out = room(FrameReader.HEADER_BYTES + 4);
    int at = header(out, output.end(), 4, FrameType.WINDOW_UPDATE, Flags.NONE, streamId);
    output.end(Bytes.putInt(out, at, increment));
  }

  // ---- heads and trailers ----------------------------------------------------------------------

  /** Writes a header block, with CONTINUATION frames when it is longer than the peer's frames. */
  void headers(int streamId, FieldList fields, boolean endStream) {
    int size = HpackEncoder.MAX_UPDATE_BYTES;
    for (int i = 0; i < fields.size(); i++) {
      size += HpackEncoder.maxEncodedSize(fields.get(i));
    }
    int extraFrames = size / maxFrameBytes + 1;
    byte[] out = room(size + (extraFrames + 1) * FrameReader.HEADER_BYTES);
    int start = output.end();
    int block = start + FrameReader.HEADER_BYTES;
    int at = encoder.beginBlock(out, block);
    for (int i = 0; i < fields.size(); i++) {
      at = encoder.encode(fields.get(i), out, at);
    }
    unreadHeadBytes += at - block;
    int endFlag = endStream ? Flags.END_STREAM : Flags.NONE;
    if (at - block <= maxFrameBytes) {
      header(out, start, at - block, FrameType.HEADERS, Flags.END_HEADERS | endFlag, streamId);
      output.end(at);
    } else {
      output.end(split(out, start, at - block, streamId, endFlag));
    }
  }

  /** Spreads a block of {@code length} bytes that lies behind one frame header over many frames. */
  private int split(byte[] out, int start, int length, int streamId, int endFlag) {
    int frames = (length + maxFrameBytes - 1) / maxFrameBytes;
    int block = start + FrameReader.HEADER_BYTES;
    for (int i = frames - 1; i >= 0; i--) {
      int from = i * maxFrameBytes;
      int part = Math.min(maxFrameBytes, length - from);
      int frame = start + from + i * FrameReader.HEADER_BYTES;
      System.arraycopy(out, block + from, out, frame + FrameReader.HEADER_BYTES, part);
      int type = i == 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      int flags = (i == 0 ? endFlag : 0) | (i == frames - 1 ? Flags.END_HEADERS : 0);
      header(out, frame, part, type, flags, streamId);
    }
    return start + length + frames * FrameReader.HEADER_BYTES;
  }

  // ---- payload ---------------------------------------------------------------------------------

  /** Writes one DATA frame; borrows the buffer, but may keep a slice of it in the output. */
  void data(int streamId, ByteBuf source, int offset, int length, boolean endStream) {
    dataUnits += 1 + (length >> 14);
    int flags = endStream ? Flags.END_STREAM : Flags.NONE;
    if (length < BY_REFERENCE_FROM) {
      byte[] out = room(FrameReader.HEADER_BYTES + length);
      int at = header(out, output.end(), length, FrameType.DATA, flags, streamId);
      source.getBytes(offset, out, at, length);
      output.end(at + length);
    } else if (loop.hasHeaderRoom(source, offset)) {
      room(0);
      int at = offset - FrameReader.HEADER_BYTES;
      dataHeader(source, at, length, flags, streamId);
      output.payload(source, at, FrameReader.HEADER_BYTES + length);
    } else {
      byte[] out = room(FrameReader.HEADER_BYTES);
      output.end(header(out, output.end(), length, FrameType.DATA, flags, streamId));
      output.payload(source, offset, length);
    }
  }

  private static void dataHeader(ByteBuf out, int at, int length, int flags, int streamId) {
    out.setMedium(at, length);
    out.setByte(at + 3, FrameType.DATA);
    out.setByte(at + 4, flags);
    out.setInt(at + 5, streamId);
  }

  /** Writes a frame header (RFC 9113, 4.1) and gives the position after it. */
  private static int header(byte[] out, int at, int length, int type, int flags, int streamId) {
    out[at] = (byte) (length >>> 16);
    out[at + 1] = (byte) (length >>> 8);
    out[at + 2] = (byte) length;
    out[at + 3] = (byte) type;
    out[at + 4] = (byte) flags;
    return Bytes.putInt(out, at + 5, streamId);
  }

  private byte[] room(int length) {
    if (output.isEmpty()) {
      transport.outputPending();
    }
    return output.room(length);
  }
}
