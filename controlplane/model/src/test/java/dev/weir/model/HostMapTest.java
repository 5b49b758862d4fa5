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
  @CsvSource({
    "a.b, a.b.",
    "a.b., a.b",
    "a.b:1, a.b.",
    "a.b.:1, a.b",
    "*.b, a.b.",
    "*.b.:1, a.b",
    "fe80::1%2, fe80::1%2"
  })
  void aFinalDotMakesNoOtherHost(String key, String host) {
    String entry = key.startsWith("fe80") ? "[" + key + "]" : key;

    assertThat(new HostMap<>(Map.of(entry, "found")).find(host, 1)).contains("found");
  }

  /** RFC 5952, 2, tells how many there are. */
  @ParameterizedTest
  @CsvSource({
    "[::1],                      0:0:0:0:0:0:0:1",
    "[0:0:0:0:0:0:0:1]:1,        ::1",
    "[2001:DB8:0::00ab],         2001:db8::ab",
    "[2001:db8::ab]:1,           2001:0db8:0:0:0:0:0:ab",
    "[::ffff:10.0.0.1],          ::ffff:a00:1",
    "[::ffff:10.0.0.1],          10.0.0.1",
    "10.0.0.1:1,                 ::ffff:10.0.0.1",
    "[fe80:0::1%2]:1,            fe80::1%2",
    "[fe80::1%no-such-one],      fe80::1%no-such-one"
  })
  void anAddressIsOneHoweverItIsWritten(String key, String host) {
    assertThat(new HostMap<>(Map.of(key, "found")).find(host, 1)).contains("found");
    assertThat(HostMap.isKey(key)).isTrue();
  }

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
        "[::1]:1",
        "[fe80::1%eth0]:1"
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
        "[::1::2]",
        "[1:2]",
        "[10.0.0.1]",
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
