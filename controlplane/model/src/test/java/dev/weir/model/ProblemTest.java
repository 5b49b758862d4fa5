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
  void summaryCounts() {
    assertThat(Problem.summary(List.of())).isEqualTo("no problems");
    assertThat(Problem.summary(List.of(NOTE))).isEqualTo("no problems");
    assertThat(Problem.summary(List.of(ERROR, ERROR, WARNING))).isEqualTo("2 errors, 1 warning");
    assertThat(Problem.summary(List.of(ERROR))).isEqualTo("1 error");
    assertThat(Problem.summary(List.of(WARNING, WARNING, NOTE))).isEqualTo("2 warnings");
  }
}
