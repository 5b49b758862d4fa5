package dev.weir.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonReaderTest {

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("", "f:1:1: error: empty, an object is needed, write {} at least"),
        arguments(" \n ", "f:2:2: error: empty, an object is needed, write {} at least"),
        arguments("{\"a\":1,}", "f:1:7: error: comma before }, remove it"),
        arguments("{\"a\":1,\n}", "f:1:7: error: comma before }, remove it"),
        arguments("[1,]", "f:1:3: error: comma before ], remove it"),
        arguments("{\"a\":1 // x\n}", "f:1:8: error: comment, JSON has none, remove it"),
        arguments("# x\n{}", "f:1:1: error: comment, JSON has none, remove it"),
        arguments("{\n/* x */\"a\":1}", "f:2:1: error: comment, JSON has none, remove it"),
        arguments("{a:1}", "f:1:2: error: a name in double quotes is needed, found a"),
        arguments("{'a':1}", "f:1:2: error: a name in double quotes is needed, use double quotes"),
        arguments("{\"a\" 1}", "f:1:6: error: a colon is needed after \"a\", found 1"),
        arguments("{\"a\":1 \"b\":2}", "f:1:8: error: a comma or } is needed, found \""),
        arguments("[1 2]", "f:1:4: error: a comma or ] is needed, found 2"),
        arguments("{\"a\":}", "f:1:6: error: a value is needed, found }"),
        arguments("{\"a\":", "f:1:6: error: a value is needed, the document ends here"),
        arguments("{\n \"a\":1", "f:2:7: error: ends inside an object that starts at 1:1, add }"),
        arguments("{\"a\":[1", "f:1:8: error: ends inside a list that starts at 1:6, add ]"),
        arguments(
            "{\"a\":tru}",
            "f:1:6: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"secret\": hunter2}",
            "f:1:12: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"a\":01}",
            "f:1:6: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"a\":.5}",
            "f:1:6: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"a\":1.}",
            "f:1:6: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"a\":+1}",
            "f:1:6: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"a\":0x10}",
            "f:1:6: error: neither a number, nor true, false or null, put text into double quotes"),
        arguments(
            "{\"a\":\"x\ny\"}",
            "f:1:6: error: text without a closing quote, add \" (a line break is \\n)"),
        arguments(
            "{\"a\":\"x",
            "f:1:6: error: text without a closing quote, add \" (a line break is \\n)"),
        arguments(
            "{\"a\":\"\t\"}", "f:1:7: error: control character in a text, write it as \\u0009"),
        arguments("{\"a\":\"\\q\"}", "f:1:7: error: unknown escape, a backslash itself is \\\\"),
        arguments("{\"a\":\"\\u12g4\"}", "f:1:7: error: \\u needs four hexadecimal digits"),
        arguments("{} x", "f:1:4: error: text after the end of the document, found x"),
        arguments("{}{}", "f:1:3: error: text after the end of the document, found {"),
        arguments("[".repeat(300), "f:1:201: error: nested deeper than 200 levels"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void syntaxErrorHasItsPlace(String text, String problem) {
    assertThat(JsonReader.read("f", text).problems())
        .extracting(Problem::toString)
        .containsExactly(problem);
  }

  @Test
  void everyValueAndNameHasItsPlace() {
    Json.Obj root = read("{\"a\": true,\r\n \"b\" : [null,\r  -1.5e3, \"é\\u0041\\n\"]}");

    assertThat(root.get("a")).isEqualTo(new Json.Bool(new Origin("f", 1, 7), true));
    assertThat(root.members().get("b")).returns(new Origin("f", 2, 2), Json.Member::nameOrigin);
    assertThat(array(root.get("b")))
        .containsExactly(
            new Json.Null(new Origin("f", 2, 9)),
            new Json.Num(new Origin("f", 3, 3), "-1.5e3"),
            new Json.Text(new Origin("f", 3, 11), "éA\n"));
  }

  @Test
  void lastOfTwoEqualNamesCountsWithAWarning() {
    Reading<Json> reading = JsonReader.read("f", "{\"a\": 1,\n \"a\": 2}");

    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly("f:2:2: warning: a: written twice in one object, the last one counts");
    assertThat(object(reading.value()).get("a"))
        .isEqualTo(new Json.Num(new Origin("f", 2, 7), "2"));
  }

  @Test
  void byteOrderMarkIsSkipped() {
    Reading<Json> reading = JsonReader.read("f", "\uFEFF{}".getBytes(UTF_8));

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.value()).isEqualTo(Json.Obj.empty(new Origin("f", 1, 1)));
  }

  @Test
  void bytesThatAreNotUtf8AreAProblem() {
    byte[] latin1 = {'{', '"', (byte) 0xe9, '"', ':', '1', '}'};

    assertThat(JsonReader.read("f", latin1).problems())
        .extracting(Problem::toString)
        .containsExactly("f: error: not UTF-8 text, save it as UTF-8");
  }

  @Test
  void orderOfNamesIsKept() {
    assertThat(read("{\"z\":1,\"a\":2,\"m\":3}").members().keySet()).containsExactly("z", "a", "m");
  }

  private static Json.Obj read(String text) {
    return object(JsonReader.read("f", text).value());
  }

  private static Json.Obj object(@Nullable Json json) {
    return (Json.Obj) Objects.requireNonNull(json);
  }

  private static List<Json> array(@Nullable Json json) {
    return ((Json.Arr) Objects.requireNonNull(json)).items();
  }

  @Test
  void anAnswerMayHaveMoreValuesThanADocument() {
    String many = "[" + "1,".repeat(100_000) + "1]";

    assertThat(JsonReader.read("f", many).problems().toString())
        .contains("more than 100000 values");
    assertThat(JsonReader.readAll("f", many).value())
        .isInstanceOfSatisfying(Json.Arr.class, list -> assertThat(list.items()).hasSize(100_001));
  }
}
