package dev.weir.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * F-13, of what there is: JSON is read as Jackson reads it. What is nested deeper than anybody
 * writes is refused here and not there.
 */
final class JsonTarget implements FuzzTarget {
  private static final JsonFactory PEER = new JsonFactory();

  @Override
  public void run(byte[] input) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString();
      if (!text.startsWith("\uFEFF")) {
        compare(text);
      }
    } catch (CharacterCodingException e) {
      assertThat(JsonReader.read("f", input).value()).isNull();
    }
  }

  /** Whether both accept the text; fails when one does. */
  static boolean compare(String text) {
    Reading<Json> reading = JsonReader.read("f", text);
    Json ours = reading.value();
    if (reading.problems().toString().contains("nested")) {
      assertThat(ours).isNull();
      return false;
    }
    assertThat(ours == null ? null : plain(ours)).as("%s", text).isEqualTo(peerValue(text));
    return ours != null;
  }

  private static Object plain(Json json) {
    return switch (json) {
      case Json.Obj object -> {
        var map = new LinkedHashMap<String, Object>();
        object.members().forEach((name, member) -> map.put(name, plain(member.value())));
        yield map;
      }
      case Json.Arr array -> array.items().stream().map(JsonTarget::plain).toList();
      case Json.Text text -> "text " + text.value();
      case Json.Num number -> "number " + number.literal();
      case Json.Bool bool -> bool.value();
      case Json.Null _ -> "null";
    };
  }

  /** Null when the peer refuses the text, or takes it for several documents. */
  private static @Nullable Object peerValue(String text) {
    try (JsonParser in = PEER.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = in.nextToken();
      Object value = first == null ? null : peerValue(in, first);
      return in.nextToken() == null ? value : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static Object peerValue(JsonParser in, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> peerObject(in);
      case START_ARRAY -> peerArray(in);
      case VALUE_STRING -> "text " + in.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number " + in.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> "null";
    };
  }

  private static Map<String, Object> peerObject(JsonParser in) {
    var map = new LinkedHashMap<String, Object>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      map.put(name, peerValue(in, in.nextToken()));
    }
    return map;
  }

  private static List<Object> peerArray(JsonParser in) {
    var list = new ArrayList<Object>();
    for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      list.add(peerValue(in, token));
    }
    return list;
  }
}
