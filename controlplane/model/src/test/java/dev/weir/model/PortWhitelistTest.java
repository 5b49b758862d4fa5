package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PortWhitelistTest {

  private static final int MAIN = 8080;
  private static final Map<String, List<PortRange>> NONE = Map.of();

  /** The rows of Tyk's own test. */
  static Stream<Arguments> rows() {
    return Stream.of(
        arguments("main port, empty protocol", "", MAIN, NONE, false),
        arguments("http, port listed", "http", MAIN, only("http", MAIN, MAIN), true),
        arguments("tls, no list", "tls", MAIN, NONE, false),
        arguments("tcp, no list", "tcp", MAIN, NONE, false),
        arguments("tcp, port listed", "tcp", MAIN, only("tcp", MAIN, MAIN), true),
        arguments("tls, port listed", "tls", MAIN, only("tls", MAIN, MAIN), true),
        arguments("tcp, only tls listed", "tcp", MAIN, only("tls", MAIN, MAIN), false),
        arguments("tls, only tcp listed", "tls", MAIN, only("tcp", MAIN, MAIN), false),
        arguments("tls, inside a range", "tls", MAIN, only("tls", MAIN - 1, MAIN + 1), true),
        arguments("tcp, inside a range", "tcp", MAIN, only("tcp", MAIN - 1, MAIN + 1), true),
        arguments("http, inside a range", "http", 8090, only("http", 8000, 9000), true));
  }

  private static Map<String, List<PortRange>> only(String protocol, int from, int to) {
    return Map.of(protocol, List.of(new PortRange(from, to)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void portNeedsAnEntryOfItsOwnProtocol(
      String row, String protocol, int port, Map<String, List<PortRange>> rules, boolean allowed) {
    assertThat(new PortWhitelist(false, rules).allows(protocol, port)).as(row).isEqualTo(allowed);
  }

  @Test
  void httpEntryDoesNotOpenAnH2cPort() {
    var list = new PortWhitelist(false, only("http", 6666, 6666));

    assertThat(list.allows("http", 6666)).isTrue();
    assertThat(list.allows("h2c", 6666)).isFalse();
  }

  @Test
  void rangeEndsAreInclusive() {
    var list = new PortWhitelist(false, only("h2c", 10, 20));

    assertThat(list.allows("h2c", 9)).isFalse();
    assertThat(list.allows("h2c", 10)).isTrue();
    assertThat(list.allows("h2c", 20)).isTrue();
    assertThat(list.allows("h2c", 21)).isFalse();
  }

  @Test
  void switchedOffItAllowsEveryPort() {
    assertThat(new PortWhitelist(true, NONE).allows("h2c", 1)).isTrue();
  }

  @Test
  void addedPortStandsBesideTheListedOnes() {
    PortWhitelist list = new PortWhitelist(false, only("http", 1, 2)).with("http", MAIN);

    assertThat(list.allows("http", 2)).isTrue();
    assertThat(list.allows("http", MAIN)).isTrue();
    assertThat(list.allows("h2c", MAIN)).isFalse();
  }
}
