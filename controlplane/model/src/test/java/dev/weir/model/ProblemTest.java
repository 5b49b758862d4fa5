package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {

  private static final Problem ERROR =
      new Problem(Severity.ERROR, "tyk.conf", 3, 18, "listen_port", "is text", "write 8080");
  private static final Problem WARNING =
      new Problem(Severity.WARNING, "TYK_GW_X", 0, 0, "", "unknown variable", null);
  private static final Problem NOTE = new Problem(Severity.NOTE, "f", 0, 0, "", "skipped", null);

  private static final Shape.Fields FIELDS =
      Shape.Fields.of(List.of(Key.text("file", ""), Key.text("path", ""), Key.text("hint", "")));

  @Test
  void textNamesPlacePathReasonAndHint() {
    assertThat(ERROR).hasToString("tyk.conf:3:18: error: listen_port: is text, write 8080");
    assertThat(WARNING).hasToString("TYK_GW_X: warning: unknown variable");
  }

  @Test
  void textIsAlwaysOneLine() {
    var problem = new Problem(Severity.WARNING, "f", 1, 1, "a\nb\u001b[2J", "unknown key", null);

    assertThat(problem).hasToString("f:1:1: warning: a?b?[2J: unknown key");
  }

  @Test
  void jsonHasOneObjectAProblem() {
    assertThat(Problem.json(List.of(ERROR, WARNING)))
        .isEqualTo(
            """
            [
              {"severity": "error", "file": "tyk.conf", "line": 3, "column": 18, "path": "listen_port", "message": "is text", "hint": "write 8080"},
              {"severity": "warning", "file": "TYK_GW_X", "line": 0, "column": 0, "path": "", "message": "unknown variable"}
            ]\
            """);
    assertThat(Problem.json(List.of())).isEqualTo("[]");
  }

  @Test
  void jsonCanBeReadBack() {
    var odd = new Problem(Severity.NOTE, "C:\\x\t\"é😀\u007f", 1, 2, "a\r\nb", "", "\u0001");

    Json read = JsonReader.read("f", Problem.json(List.of(odd))).value();

    assertThat(read)
        .isInstanceOfSatisfying(
            Json.Arr.class,
            array ->
                assertThat(new Settings((Json.Obj) array.items().getFirst(), FIELDS, null))
                    .returns(odd.file(), item -> item.text("file"))
                    .returns(odd.path(), item -> item.text("path"))
                    .returns(odd.hint(), item -> item.text("hint")));
  }

  @Test
  void summaryCounts() {
    assertThat(Problem.summary(List.of())).isEqualTo("no problems");
    assertThat(Problem.summary(List.of(NOTE))).isEqualTo("no problems");
    assertThat(Problem.summary(List.of(ERROR, ERROR, WARNING))).isEqualTo("2 errors, 1 warning");
    assertThat(Problem.summary(List.of(ERROR))).isEqualTo("1 error");
    assertThat(Problem.summary(List.of(WARNING, WARNING, NOTE))).isEqualTo("2 warnings");
  }
}
