package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresentedNamesTest {
  private static final PresentedNames NAMES =
      new PresentedNames(
          List.of("one.example", "*.wild.example", "f*.half.example", "*", "10.0.0.9"),
          List.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("2001:db8::1")));

  /** RFC 9525, 6.3: a whole first label, and one only. */
  @ParameterizedTest
  @CsvSource({
    "one.example,          true",
    "ONE.Example,          true",
    "one.example.,         true",
    "two.example,          false",
    "a.one.example,        false",
    "a.wild.example,       true",
    "wild.example,         false",
    "a.b.wild.example,     false",
    "foo.half.example,     false",
    "localhost,            false",
    ".wild.example,        false",
    "10.0.0.1,             true",
    "10.0.0.2,             false",
    "10.0.0.9,             false",
    "2001:db8:0:0:0:0:0:1, true",
    "2001:db8::2,          false"
  })
  void namesAreComparedByTheRules(String host, boolean contained) {
    assertThat(NAMES.contain(host)).isEqualTo(contained);
  }

  @Test
  void fewAreTold() {
    assertThat(NAMES)
        .hasToString("one.example, *.wild.example, f*.half.example, *, 10.0.0.9 and 2 more");
    assertThat(new PresentedNames(List.of(), List.of())).hasToString("no host");
  }
}
