package dev.weir.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a connection sent and writes each frame as a line, so that a test can say what it
 * expects. Keeps the compression state of one direction of one connection.
 */
final class FrameText {
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private byte[] rest = {};
  private byte[] block = {};
  private String blockHead = "";
  private String debug = "";

  /** The debug data of the last GOAWAY. */
  String debug() {
    return debug;
  }

  /** Whether nothing of an unfinished frame is kept. */
  boolean isBetweenFrames() {
    return rest.length == 0;
  }

  /** The frames that end in these bytes; the beginning of another is kept. */
  List<String> read(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    for (Frame frame : frames(bytes)) {
      String line = line(frame);
      if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    return lines;
  }

  List<Frame> frames(byte[] bytes) {
    byte[] all = Frame.concat(rest, bytes);
    List<Frame> frames = new ArrayList<>();
    int at = 0;
    while (all.length - at >= FrameReader.HEADER_BYTES) {
      int length = (all[at] & 0xff) << 16 | Bytes.uint16(all, at + 1);
      int end = at + FrameReader.HEADER_BYTES + length;
      if (end > all.length) {
        break;
      }
      byte[] payload = Arrays.copyOfRange(all, at + FrameReader.HEADER_BYTES, end);
      frames.add(
          new Frame(all[at + 3] & 0xff, all[at + 4] & 0xff, Bytes.int32(all, at + 5), payload));
      at = end;
    }
    rest = Arrays.copyOfRange(all, at, all.length);
    return frames;
  }

  private String line(Frame frame) {
    byte[] payload = frame.payload();
    return switch (frame.type()) {
      case FrameType.DATA -> "DATA " + frame.streamId() + " " + payload.length + end(frame);
      case FrameType.HEADERS -> headers("HEADERS " + frame.streamId() + end(frame), frame);
      case FrameType.CONTINUATION -> headers(blockHead, frame);
      case FrameType.RST_STREAM ->
          "RST_STREAM " + frame.streamId() + " " + ErrorCode.name(Bytes.int32(payload, 0));
      case FrameType.SETTINGS -> "SETTINGS" + settings(frame);
      case FrameType.PING -> "PING " + Long.toHexString(Bytes.int64(payload, 0)) + ack(frame);
      case FrameType.GOAWAY -> goAway(payload);
      case FrameType.WINDOW_UPDATE ->
          "WINDOW_UPDATE " + frame.streamId() + " +" + Bytes.int32(payload, 0);
      default -> "frame of type " + frame.type();
    };
  }

  private String goAway(byte[] payload) {
    debug = new String(payload, 8, payload.length - 8, UTF_8);
    return "GOAWAY " + Bytes.int32(payload, 0) + " " + ErrorCode.name(Bytes.int32(payload, 4));
  }

  private String headers(String head, Frame frame) {
    blockHead = head;
    block = Frame.concat(block, frame.payload());
    if (!Flags.has(frame.flags(), Flags.END_HEADERS)) {
      return "";
    }
    FieldList fields = new FieldList();
    decoder.decode(block, 0, block.length, fields);
    block = new byte[0];
    return head + " " + fields;
  }

  private static String settings(Frame frame) {
    StringBuilder text = new StringBuilder(ack(frame));
    for (int at = 0; at < frame.payload().length; at += 6) {
      text.append(' ').append(Bytes.uint16(frame.payload(), at));
      text.append('=').append(Bytes.uint32(frame.payload(), at + 2));
    }
    return text.toString();
  }

  private static String end(Frame frame) {
    return Flags.has(frame.flags(), Flags.END_STREAM) ? " end" : "";
  }

  private static String ack(Frame frame) {
    return Flags.has(frame.flags(), Flags.ACK) ? " ack" : "";
  }
}
