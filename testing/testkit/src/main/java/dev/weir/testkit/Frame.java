package dev.weir.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One HTTP/2 frame as bytes (RFC 9113 4.1), valid or not: nothing is checked when it is made.
 *
 * <pre>
 *   length (24) | type (8) | flags (8) | reserved (1) | stream (31) | payload (length)
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; a test looks at its parts.
public record Frame(int type, int flags, int stream, byte[] payload) {

  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;

  public static final int HEADER_TABLE_SIZE = 1;
  public static final int MAX_CONCURRENT_STREAMS = 3;
  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int MAX_FRAME_SIZE = 5;
  public static final int MAX_HEADER_LIST_SIZE = 6;

  private static final int HEADER_LENGTH = 9;
  private static final int MAX_PAYLOAD = 16_384;

  private static final String[] NAMES = {
    "DATA",
    "HEADERS",
    "PRIORITY",
    "RST_STREAM",
    "SETTINGS",
    "PUSH_PROMISE",
    "PING",
    "GOAWAY",
    "WINDOW_UPDATE",
    "CONTINUATION"
  };

  public static Frame data(int stream, byte[] payload) {
    return new Frame(DATA, 0, stream, payload);
  }

  public static Frame data(int stream, String payload) {
    return data(stream, payload.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A DATA frame that holds one uncompressed gRPC message: 5 bytes of prefix, then the message. */
  public static Frame message(int stream, byte[] message) {
    return data(
        stream,
        ByteBuffer.allocate(5 + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array());
  }

  public static Frame message(int stream, String message) {
    return message(stream, message.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole field section in one HEADERS frame. */
  public static Frame headers(int stream, Fields fields) {
    return new Frame(HEADERS, END_HEADERS, stream, fields.encoded());
  }

  /**
   * A field section in as many frames as it takes at 16 KiB each; the stream ends or stays open.
   */
  public static Frame[] section(int stream, Fields fields, boolean last) {
    byte[] block = fields.encoded();
    var frames = new ArrayList<Frame>();
    for (int from = 0; from < block.length; from += MAX_PAYLOAD) {
      int to = Math.min(block.length, from + MAX_PAYLOAD);
      int type = from == 0 ? HEADERS : CONTINUATION;
      int flags = (from == 0 && last ? END_STREAM : 0) | (to == block.length ? END_HEADERS : 0);
      frames.add(new Frame(type, flags, stream, Arrays.copyOfRange(block, from, to)));
    }
    return frames.toArray(Frame[]::new);
  }

  /** A header block in one HEADERS frame. */
  public static Frame headers(int stream, Block block) {
    return new Frame(HEADERS, END_HEADERS, stream, block.bytes());
  }

  /** A further piece of a header block, not the last one. */
  public static Frame continuation(int stream, byte[] piece) {
    return new Frame(CONTINUATION, 0, stream, piece);
  }

  /** A DATA frame with as much padding as a frame can have: 256 bytes of overhead. */
  public static Frame padded(int stream, byte[] payload) {
    byte[] whole = new byte[1 + payload.length + 255];
    whole[0] = (byte) 255;
    System.arraycopy(payload, 0, whole, 1, payload.length);
    return new Frame(DATA, PADDED, stream, whole);
  }

  /** A PRIORITY frame with the lowest weight (RFC 9113 6.3, RFC 7540 6.3). */
  public static Frame priority(int stream, int parent) {
    return new Frame(
        PRIORITY, 0, stream, ByteBuffer.allocate(5).putInt(parent).put((byte) 0).array());
  }

  public static Frame reset(int stream, int errorCode) {
    return new Frame(RST_STREAM, 0, stream, ints(errorCode));
  }

  /** A SETTINGS frame from alternating identifiers and values. */
  public static Frame settings(int... idsAndValues) {
    var payload = ByteBuffer.allocate(idsAndValues.length * 3);
    for (int i = 0; i < idsAndValues.length; i += 2) {
      payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
    }
    return new Frame(SETTINGS, 0, 0, payload.array());
  }

  public static Frame settingsAck() {
    return new Frame(SETTINGS, ACK, 0, new byte[0]);
  }

  public static Frame ping(long data) {
    return new Frame(PING, 0, 0, ByteBuffer.allocate(8).putLong(data).array());
  }

  public static Frame goAway(int lastStream, int errorCode) {
    return new Frame(GOAWAY, 0, 0, ints(lastStream, errorCode));
  }

  public static Frame windowUpdate(int stream, int increment) {
    return new Frame(WINDOW_UPDATE, 0, stream, ints(increment));
  }

  /** The same frame with END_STREAM set. */
  public Frame last() {
    return new Frame(type, flags | END_STREAM, stream, payload);
  }

  /** The same frame on another stream. */
  public Frame on(int otherStream) {
    return new Frame(type, flags, otherStream, payload);
  }

  /** The same frame without some of its flags. */
  public Frame without(int someFlags) {
    return new Frame(type, flags & ~someFlags, stream, payload);
  }

  public boolean is(int wantedType) {
    return type == wantedType;
  }

  public boolean has(int flag) {
    return (flags & flag) == flag;
  }

  public boolean isLast() {
    return (is(DATA) || is(HEADERS)) && has(END_STREAM);
  }

  /** The payload as ASCII text. */
  public String text() {
    return new String(payload, StandardCharsets.ISO_8859_1);
  }

  /** The error code of a RST_STREAM. */
  public int resetCode() {
    return intAt(0);
  }

  /** The last stream identifier of a GOAWAY. */
  public int goAwayLastStream() {
    return intAt(0) & Integer.MAX_VALUE;
  }

  /** The error code of a GOAWAY. */
  public int goAwayCode() {
    return intAt(4);
  }

  /** The increment of a WINDOW_UPDATE. */
  public int increment() {
    return intAt(0) & Integer.MAX_VALUE;
  }

  /** The frame as it goes over the wire. */
  public byte[] encoded() {
    return ByteBuffer.allocate(HEADER_LENGTH + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The frames that these bytes are. */
  public static List<Frame> all(byte[] bytes) {
    var frames = new ArrayList<Frame>();
    for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
      int lengthAndType = rest.getInt();
      int flags = rest.get();
      int stream = rest.getInt();
      var payload = new byte[lengthAndType >>> 8];
      rest.get(payload);
      frames.add(new Frame(lengthAndType & 0xff, flags, stream, payload));
    }
    return frames;
  }

  @Override
  public String toString() {
    String name = type < NAMES.length ? NAMES[type] : "type " + type;
    return "%s stream=%d flags=%#x length=%d".formatted(name, stream, flags, payload.length);
  }

  private int intAt(int index) {
    return ByteBuffer.wrap(payload).getInt(index);
  }

  private static byte[] ints(int... values) {
    var bytes = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }
}
