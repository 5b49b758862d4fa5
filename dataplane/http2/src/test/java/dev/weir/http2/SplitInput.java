package dev.weir.http2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * What a connection says and its users hear of an input that the network cut into pieces. Pieces of
 * payload, which may be cut anywhere, are joined again, so that two ways to cut are comparable.
 *
 * @param said by the connection, a line a frame
 * @param heard by its users
 * @param payloads that users heard, by stream
 */
record SplitInput(List<String> said, List<String> heard, String payloads) {

  /** Plays an input to a new connection; {@code cuts} are sorted. */
  static SplitInput play(boolean client, Http2Limits limits, byte[] input, int... cuts) {
    try (Wire wire = client ? Wire.newClient(limits) : Wire.newServer(limits)) {
      wire.sentBytes();
      List<String> said = new ArrayList<>();
      wire.listener.onEnd = stream -> stream.sendHeaders(Wire.fields(":status", "200"), true);
      wire.listener.onReady =
          () -> {
            if (client) {
              call(wire);
            }
          };
      int from = 0;
      for (int cut : cuts) {
        wire.receive(Arrays.copyOfRange(input, from, cut));
        said.addAll(wire.sent());
        from = cut;
      }
      wire.receive(Arrays.copyOfRange(input, from, input.length));
      said.addAll(wire.sent());
      return new SplitInput(said, joined(wire.heard()), payloads(wire));
    }
  }

  /** Makes two calls, or as many as the server takes. */
  private static void call(Wire wire) {
    if (wire.asClient().hasRoom()) {
      wire.run("open +end");
    }
    if (wire.asClient().hasRoom()) {
      wire.run("open, data 3 7");
    }
    wire.run("flush");
  }

  /** Joins pieces of payload, which may be cut anywhere. */
  private static List<String> joined(List<String> heard) {
    List<String> joined = new ArrayList<>();
    int bytes = 0;
    String stream = "";
    for (String event : heard) {
      String[] words = event.split(" ", -1);
      boolean data = words[0].equals("data");
      if (!stream.isEmpty() && !(data && words[1].equals(stream))) {
        joined.add("data " + stream + " " + bytes);
        stream = "";
        bytes = 0;
      }
      if (data) {
        stream = words[1];
        bytes += Integer.parseInt(words[2]);
        if (words.length > 3) {
          joined.add("data " + stream + " " + bytes + " end");
          stream = "";
          bytes = 0;
        }
      } else {
        joined.add(event);
      }
    }
    if (!stream.isEmpty()) {
      joined.add("data " + stream + " " + bytes);
    }
    return joined;
  }

  private static String payloads(Wire wire) {
    TreeMap<Integer, String> payloads = new TreeMap<>();
    for (Integer id : wire.listener.payloads.keySet()) {
      payloads.put(id, HexFormat.of().formatHex(wire.payload(id)));
    }
    return payloads.toString();
  }
}
