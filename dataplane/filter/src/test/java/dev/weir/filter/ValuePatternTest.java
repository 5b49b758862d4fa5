package dev.weir.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuePatternTest {

  /** With a group around them, all are expressions: what is compared must not differ. */
  @ParameterizedTest
  @CsvSource({
    "gold,        xgoldx,  true",
    "gold,        gol,     false",
    "^gold,       goldx,   true",
    "^gold,       xgold,   false",
    "gold$,       xgold,   true",
    "gold$,       goldx,   false",
    "^gold$,      gold,    true",
    "^gold$,      goldx,   false",
    "^gold$,      xgold,   false",
    "a\\.b,       a.b,     true",
    "a\\.b,       axb,     false",
    "a.b,         axb,     true",
    "'',          x,       true",
    "'',          '',      true",
    "^$,          '',      true",
    "^$,          x,       false",
    "^,           x,       true",
    "$,           x,       true",
    "a|b,         b,       true",
    "[0-9]+,      x7,      true",
    "(?i)GOLD,    gold,    true"
  })
  void anExpressionIsSearchedInAValue(String regex, String value, boolean found) {
    byte[] bytes = value.getBytes(ISO_8859_1);
    assertThat(ValuePattern.of(regex, false).matches(bytes)).isEqualTo(found);
    assertThat(ValuePattern.of(regex, true).matches(bytes)).isEqualTo(!found);
    assertThat(ValuePattern.of("(" + regex + ")", false).matches(bytes)).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsTooLongDoesNotMatch(boolean reverse) {
    byte[] value = "a".repeat(ValuePattern.LONGEST_VALUE + 1).getBytes(ISO_8859_1);
    assertThat(ValuePattern.of(reverse ? "b" : "a", reverse).matches(value)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "(?<a", "\\8"})
  void whatIsNoExpressionIsSaid(String regex) {
    assertThatIllegalArgumentException().isThrownBy(() -> ValuePattern.of(regex, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{1000}){1000}){1000})",
        "(.{1000}){60}",
        "(.{60,}){1000}",
        "(a(?:b{0,1000})c){3}",
        "(a{1000})\\Q\\E{1000}",
        "([)]a{1000}){1000}",
        "a{1000}b{1000}c{1000}",
        "\\\\{1000}a{1000}b{1000}"
      })
  void g11WhatRepeatsTooMuchIsRefused(String regex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ValuePattern.of(regex, false))
        .withMessageContaining("repetitions");
    assertThatIllegalArgumentException().isThrownBy(() -> PathCapture.of(regex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "a{1000}",
        "([^/]{1,100}/){10}",
        "\\{2000}\\{2000}",
        "\\x{2013}",
        "a{,5000}"
      })
  void whatRepeatsAsMuchAsItMayIsTaken(String regex) {
    assertThat(ValuePattern.of(regex, false).matches(new byte[] {'-'})).isFalse();
  }

  @Test
  void groupsOfAPathKnowWhetherTheyAreOfItsQuery() {
    PathCapture.Found found =
        requireNonNull(PathCapture.of("/([^/?]*)(/x)?[?](.*)").in("/a?b?c".getBytes(ISO_8859_1)));
    assertThat(found.group(0)).isEqualTo("/a?b?c");
    assertThat(found.group(1)).isEqualTo("a");
    assertThat(found.group(2)).isEmpty();
    assertThat(found.group(3)).isEqualTo("b?c");
    assertThat(found.isOfQuery(1)).isFalse();
    assertThat(found.isOfQuery(3)).isTrue();
    assertThat(PathCapture.of("b").in("/a".getBytes(ISO_8859_1))).isNull();
  }
}
