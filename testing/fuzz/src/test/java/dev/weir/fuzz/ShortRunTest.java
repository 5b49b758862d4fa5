package dev.weir.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShortRunTest {
  private static final Corpus WORDS =
      new Corpus(
          List.of("a", "b"), List.of("a word".getBytes(US_ASCII), "another".getBytes(US_ASCII)));

  @Test
  void playsEverySeedAndThatManyMutations() {
    var played = new ArrayList<String>();
    ShortRun.of(WORDS, input -> played.add(new String(input, US_ASCII))).play(7, 500);

    assertThat(played).hasSize(502).startsWith("a word", "another");
    assertThat(new HashSet<>(played)).hasSizeGreaterThan(250);
  }

  @Test
  void failureNamesTheSeedThatPlaysItAgain() {
    FuzzTarget target =
        input -> assertThat(new String(input, US_ASCII)).as("text").doesNotContain("wo\0");
    String message = failure(target, 1, 20_000);

    Matcher seed = Pattern.compile("-Dweir.fuzz.runs=1 -Dweir.fuzz.seed=(\\d+): ").matcher(message);
    assertThat(seed.find()).as("%s", message).isTrue();
    assertThat(failure(target, Long.parseLong(seed.group(1)), 1)).isEqualTo(message);
  }

  @Test
  void failureOfASeedNamesItsFile() {
    assertThat(failure(input -> assertThat(input).hasSize(6), 1, 0)).startsWith("corpus file b: ");
  }

  @Test
  void inputsAreFoundFromAnyModule() {
    assertThatThrownBy(() -> Corpus.named("there-is-none")).hasMessageContaining("there-is-none");
  }

  private static String failure(FuzzTarget target, long seed, int runs) {
    try {
      ShortRun.of(WORDS, target).play(seed, runs);
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("nothing failed");
  }
}
