package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Jackson is the peer: what it reads is read alike, what it refuses is refused. */
class JsonPeerTest {

  private static final long SEED = 20261125;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "\"\\u00e9\\n\"",
    "1",
    "-0",
    "1.5e-3",
    "01",
    "true",
    "false",
    "null",
    "nul",
    " ",
    "\n",
    "\"",
    "\\",
    "/",
    "-",
    ".",
    "e",
    "\t",
    "é"
  };

  private final JsonFactory peer = new JsonFactory();

  @Test
  void randomTextsAreJudgedAlike() {
    var random = new Random(SEED);
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      accepted += compare(randomText(random));
    }
    assertThat(accepted).as("texts that were JSON").isGreaterThan(1_000);
  }

  @Test
  void damagedDocumentsAreJudgedAlike() {
    String whole =
        "{\"a\": [1, -2.5e10, true, null], \"b\": {\"c\": \"x\\\\\\u0041\", \"d\": []}, \"e\": \"\"}";
    var random = new Random(SEED);
    assertThat(compare(whole)).isOne();
    for (int i = 0; i < 50_000; i++) {
      var damaged = new StringBuilder(whole);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(damaged.length());
        damaged.replace(at, at + random.nextInt(2), PIECES[random.nextInt(PIECES.length)]);
      }
      compare(damaged.toString());
    }
  }

  private static String randomText(Random random) {
    var text = new StringBuilder();
    for (int n = 1 + random.nextInt(9); n > 0; n--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  /** 1 when both accept the text. */
  private int compare(String text) {
    Json ours = JsonReader.read("f", text).value();
    Object theirs = peerValue(text);
    assertThat(ours == null ? null : plain(ours)).as("%s", text).isEqualTo(theirs);
    return ours == null ? 0 : 1;
  }

  private static Object plain(Json json) {
    return switch (json) {
      case Json.Obj object -> {
        var map = new LinkedHashMap<String, Object>();
        object.members().forEach((name, member) -> map.put(name, plain(member.value())));
        yield map;
      }
      case Json.Arr array -> array.items().stream().map(JsonPeerTest::plain).toList();
      case Json.Text text -> "text " + text.value();
      case Json.Num number -> "number " + number.literal();
      case Json.Bool bool -> bool.value();
      case Json.Null _ -> "null";
    };
  }

  /** Null when the peer refuses the text, or takes it for several documents. */
  private @Nullable Object peerValue(String text) {
    try (JsonParser in = peer.createParser(ObjectReadContext.empty(), text)) {
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
