package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostMapTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*:1",
        "*.b.c",
        "*.b.c:65535",
        "a",
        "A_b.c-d",
        "a.",
        "*.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:1"
      })
  void whatATargetMayHaveIsAKey(String text) {
    assertThat(HostMap.isKey(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        " a",
        "https://a:1",
        "a/b",
        "a:",
        "a:0",
        "a:01",
        "a:65536",
        "a:b",
        "*a",
        "a.*",
        "*.*.a",
        "*.",
        "::1",
        "[::1",
        "[]",
        "a,b",
        "u@a",
        "-a"
      })
  void whatNoTargetCanHaveIsNone(String text) {
    assertThat(HostMap.isKey(text)).isFalse();
  }

  /** Keys, each its own value; a host; what holds for it. */
  @ParameterizedTest
  @CsvSource({
    "*,                              a.b.c, 1, *",
    "*.b.c,                          a.b.c, 1, *.b.c",
    "*.b.c,                          b.c,   1, ''",
    "*.b.c,                          x.a.b.c, 1, ''",
    "a.b.c,                          a.b.c, 1, a.b.c",
    "A.b.c,                          a.b.c, 1, A.b.c",
    "a.b.c:2,                        a.b.c, 1, ''",
    "a.b.c:1,                        a.b.c, 1, a.b.c:1",
    "* *:1,                          a.b.c, 1, *:1",
    "*:1 *.b.c,                      a.b.c, 1, *.b.c",
    "*.b.c:1 *.b.c,                  a.b.c, 1, *.b.c:1",
    "*.b.c:1 a.b.c,                  a.b.c, 1, a.b.c",
    "a.b.c a.b.c:1,                  a.b.c, 1, a.b.c:1",
    "* localhost,                    localhost, 1, localhost",
    "* 127.0.0.1:1,                  127.0.0.1, 1, 127.0.0.1:1",
    "* [::1]:1,                      ::1,   1, [::1]:1",
    "[::1],                          ::1,   1, [::1]"
  })
  void theMostSpecificEntryHolds(String keys, String host, int port, String expected) {
    Map<String, String> entries =
        Arrays.stream(keys.split(" ", -1))
            .collect(Collectors.toMap(Function.identity(), Function.identity()));

    assertThat(new HostMap<>(entries).find(host, port).orElse("")).isEqualTo(expected);
  }
}
