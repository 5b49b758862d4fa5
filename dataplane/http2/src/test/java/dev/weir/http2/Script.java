package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Drives a connection by a line of text, so that a table of tests has a line a case: steps with
 * commas between them. In capitals what the peer sends, each a type, numbers, fields and changes:
 *
 * <pre>
 *   REQUEST id [name=value...]          RESPONSE id [name=value...]   HEADERS id [name=value...]
 *   BLOCK id hex                        CONTINUATION id hex           TRAILERS id
 *   DATA id bytes                       RST_STREAM id code            PRIORITY id dependency
 *   SETTINGS [id=value...]              PING                          GOAWAY last code
 *   WINDOW_UPDATE id increment          RAW type flags id bytes
 *
 *   +end +ack +part (no END_HEADERS)    +pad=n +claim=n (padding that is not there)
 *   +prio=dependency +cut=bytes         +on=stream +flags=hex +split=bytes (into CONTINUATION)
 * </pre>
 *
 * In small letters what users do, and the socket:
 *
 * <pre>
 *   open [name=value...]     head id [name=value...]     data id bytes     trailers id     +end
 *   reset id code            credit id bytes             release id             drop id
 *   drain     finish     close code     flush     blocked     unblocked     wait millis
 * </pre>
 */
final class Script {
  private static final String[] REQUEST = {":method", "POST", ":scheme", "http", ":path", "/"};
  private static final String[] RESPONSE = {":status", "200"};

  private Script() {}

  static void run(Wire wire, String script) {
    for (String text : script.split(",", -1)) {
      String[] words = text.strip().split(" +", -1);
      if (Character.isUpperCase(words[0].charAt(0))) {
        wire.receive(framesOf(words).toArray(Frame[]::new));
      } else {
        act(wire, words);
      }
    }
  }

  static Frame[] frames(String script) {
    List<Frame> frames = new ArrayList<>();
    for (String text : script.split(",", -1)) {
      frames.addAll(framesOf(text.strip().split(" +", -1)));
    }
    return frames.toArray(Frame[]::new);
  }

  /** The fields of a line that holds nothing else. */
  static FieldList fieldList(String line) {
    return Wire.fields(fields(line.split(" +", -1)));
  }

  private static void act(Wire wire, String[] words) {
    boolean end = words[words.length - 1].equals("+end");
    switch (words[0]) {
      case "open" -> wire.open(Wire.fields(fields(words, REQUEST)), end);
      case "head" -> wire.head(number(words[1]), end, fields(words, RESPONSE));
      case "data" -> wire.send(number(words[1]), number(words[2]), end);
      case "trailers" -> wire.head(number(words[1]), true, "grpc-status", "0");
      case "reset" -> wire.stream(number(words[1])).reset(number(words[2]));
      case "drop" -> wire.stream(number(words[1])).dropUnsent();
      case "credit" -> wire.stream(number(words[1])).returnCredit(number(words[2]));
      case "release" -> wire.stream(number(words[1])).release();
      case "drain" -> wire.connection.drain();
      case "finish" -> wire.connection.finishDraining();
      case "close" -> wire.connection.close(number(words[1]), "closed by the test");
      case "wait" -> wire.after(number(words[1]));
      case "flush" -> wire.flushNow();
      case "blocked" -> wire.writable(false);
      case "unblocked" -> wire.writable(true);
      default -> throw new IllegalArgumentException("action: " + words[0]);
    }
  }

  private static String[] fields(String[] words, String[] none) {
    String[] fields = fields(words);
    return fields.length == 0 ? none : fields;
  }

  /** One frame, or several when the last change splits it. */
  private static List<Frame> framesOf(String[] words) {
    Frame frame = frame(words);
    for (String word : words) {
      if (word.startsWith("+split=")) {
        return Arrays.asList(frame.split(number(word)));
      }
      if (word.startsWith("+")) {
        frame = change(frame, word);
      }
    }
    return List.of(frame);
  }

  private static Frame frame(String[] words) {
    return switch (words[0]) {
      case "REQUEST" -> Frame.request(number(words[1]), fields(words));
      case "RESPONSE" -> Frame.response(number(words[1]), fields(words));
      case "HEADERS" -> Frame.headers(number(words[1]), fields(words));
      case "BLOCK" -> Frame.headers(number(words[1]), HexFormat.of().parseHex(words[2]));
      case "CONTINUATION" ->
          Frame.continuation(number(words[1]), HexFormat.of().parseHex(word(words, 2)));
      case "TRAILERS" -> Frame.trailers(number(words[1]));
      case "DATA" -> Frame.data(number(words[1]), number(words[2]));
      case "RST_STREAM" -> Frame.reset(number(words[1]), number(words[2]));
      case "PRIORITY" -> Frame.priority(number(words[1]), number(words[2]));
      case "SETTINGS" -> Frame.settings(settings(words));
      case "PING" -> Frame.ping(7);
      case "GOAWAY" -> Frame.goAway(number(words[1]), number(words[2]));
      case "WINDOW_UPDATE" -> Frame.windowUpdate(number(words[1]), number(words[2]));
      case "RAW" ->
          Frame.raw(number(words[1]), number(words[2]), number(words[3]), number(words[4]));
      default -> throw new IllegalArgumentException("frame: " + words[0]);
    };
  }

  private static Frame change(Frame frame, String change) {
    String kind = change.substring(1).split("=", -1)[0];
    return switch (kind) {
      case "end" -> frame.end();
      case "ack" -> frame.ack();
      case "part" -> frame.unfinished();
      case "pad" -> frame.padded(number(change));
      case "claim" -> frame.claimingPadding(number(change));
      case "prio" -> frame.dependingOn(number(change));
      case "cut" -> frame.cutTo(number(change));
      case "on" -> frame.onStream(number(change));
      case "flags" -> frame.with(number(change));
      default -> throw new IllegalArgumentException("change: " + change);
    };
  }

  /** Fields of the words with "=" that are no changes; %XX stands for a byte. */
  private static String[] fields(String[] words) {
    List<String> fields = new ArrayList<>();
    for (String word : words) {
      int split = word.indexOf('=', 1);
      if (split > 0 && !word.startsWith("+")) {
        fields.add(unescape(word.substring(0, split)));
        fields.add(unescape(word.substring(split + 1)));
      }
    }
    return fields.toArray(String[]::new);
  }

  private static String unescape(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      boolean escaped = text.charAt(i) == '%';
      bytes[length++] =
          (byte) (escaped ? Integer.parseInt(text, i + 1, i + 3, 16) : text.charAt(i));
      i += escaped ? 2 : 0;
    }
    return new String(bytes, 0, length, ISO_8859_1);
  }

  private static long[] settings(String[] words) {
    return Arrays.stream(fields(words)).mapToLong(Long::decode).toArray();
  }

  private static String word(String[] words, int index) {
    return index < words.length && !words[index].startsWith("+") ? words[index] : "";
  }

  /** A number, or the one behind "=". */
  private static int number(String word) {
    return Long.decode(word.substring(word.indexOf('=') + 1)).intValue();
  }
}
