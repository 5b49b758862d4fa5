package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** E10, E13: what callers send makes no other path than the definition has in mind. */
class PathTextTest {

  private static @Nullable String made(Consumer<PathText> parts) {
    var text = new PathText();
    parts.accept(text);
    Destination made = text.finish(null);
    return made == null ? null : made.path().valueText();
  }

  @Test
  void aSlashIsPutInFront() {
    assertThat(made(text -> text.literal("a/b"))).isEqualTo("/a/b");
  }

  @Test
  void whatIsFoundIsPartOfThePathOrAValueOfTheQuery() {
    assertThat(
            made(text -> {
              text.literal("/a/");
              text.found("b?c=d", false);
            }))
        .isEqualTo("/a/b?c=d");
    assertThat(
            made(text -> {
              text.literal("/a?x=");
              text.found("b&c=d/e", false);
              text.literal("&y=");
              text.found("f&g", true);
            }))
        .isEqualTo("/a?x=b%26c%3Dd/e&y=f&g");
  }

  @Test
  void aCallersQuestionMarkCutsNothingOff() {
    assertThat(
            made(text -> {
              text.literal("/a/");
              text.found("b?c", false);
              text.literal("/d");
            }))
        .isNull();
    assertThat(
            made(text -> {
              text.found("/b?c", false);
              text.known("d");
            }))
        .isNull();
    assertThat(
            made(text -> {
              text.found("/b?c", false);
              text.found("", true);
            }))
        .isEqualTo("/b?c");
  }

  @Test
  void e13AParameterOfACallersIsTheLast() {
    for (String part : new String[] {"b&x=1", "b;x=1", "b#"}) {
      assertThat(
              made(text -> {
                text.literal("/a?id=");
                text.found(part, true);
                text.literal("&x=0");
              }))
          .as(part)
          .isNull();
    }
  }

  @Test
  void whatIsNoPathIsNone() {
    for (String part : new String[] {"..", "", "b//c", "b%2fc", "b\\c", "b#c", "b\nc", "b?\0"}) {
      assertThat(
              made(text -> {
                text.literal("/a/");
                text.found(part, false);
              }))
          .as(part)
          .isNull();
    }
    for (String part : new String[] {"", "..", "b/c", "b?c", "\u0161", "\u013f", "b c"}) {
      assertThat(
              made(text -> {
                text.literal("/a/");
                text.known(part);
                text.literal("/d");
              }))
          .as(part)
          .isNull();
    }
    assertThat(made(text -> text.literal("/" + "a".repeat(5000)))).isNull();
  }
}
