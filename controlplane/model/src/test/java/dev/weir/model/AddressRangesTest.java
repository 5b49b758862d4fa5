package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangesTest {

  @TempDir private Path folder;

  private Reading<GatewayConfig> read(String list) throws IOException {
    Path file = folder.resolve("tyk.conf");
    Files.writeString(file, "{\"weir\": {\n  \"trusted_proxies\": " + list + "}}");
    return ConfigReader.read(file, Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.3/32",
    "10.0.0.0/8, 10.0.0.0/8",
    "10.1.2.3/32, 10.1.2.3/32",
    "192.168.128.0/17, 192.168.128.0/17",
    "::1, 0:0:0:0:0:0:0:1/128",
    "2001:DB8::/32, 2001:db8:0:0:0:0:0:0/32",
    "2001:db8:8000::/33, 2001:db8:8000:0:0:0:0:0/33",
    "fe80::/10, fe80:0:0:0:0:0:0:0/10",
    "1:2:3:4:5:6:7:8/128, 1:2:3:4:5:6:7:8/128",
    "64:ff9b::10.0.0.0/104, 64:ff9b:0:0:0:0:a00:0/104"
  })
  void addressesAndRangesAreTaken(String text, String range) throws IOException {
    Reading<GatewayConfig> reading = read("[\"" + text + "\"]");

    assertThat(reading.problems()).isEmpty();
    assertThat(requireNonNull(reading.value()).weir().forwarding().trustedProxies())
        .singleElement()
        .hasToString(range);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "proxy.example",
        "10",
        "10.1",
        "10.0/8",
        "256.0.0.1",
        "010.0.0.1",
        "10.0.0.0 /8",
        "10.0.0.1.2",
        "0x0a000001",
        "[::1]",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        ":",
        ":::",
        "1::2::3",
        "12345::",
        "*",
        "10.0.0.*",
        "10.0.0.1-10.0.0.9",
        "/8"
      })
  void anythingElseIsAnError(String text) throws IOException {
    assertThat(read("[\"" + text + "\"]").problems())
        .singleElement()
        .asString()
        .endsWith(
            "tyk.conf:2:23: error: weir.trusted_proxies: \"%s\" is neither an address nor a range of addresses, write it as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32"
                .formatted(text));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/33, 32",
    "10.0.0.0/, 32",
    "10.0.0.0/08, 32",
    "10.0.0.0/-1, 32",
    "10.0.0.0/8/8, 32",
    "10.0.0.0/255.0.0.0, 32",
    "::/129, 128",
    "::/99999999999, 128",
    "::/+1, 128"
  })
  void aLengthThatIsNoneIsAnError(String text, int most) throws IOException {
    assertThat(read("[\"" + text + "\"]").problems())
        .singleElement()
        .asString()
        .contains(
            "\"%s\" has no number from 0 to %d at its end, write it as".formatted(text, most));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, 10.0.0.0/8, 10.1.2.3",
    "10.1.2.3/31, 10.1.2.2/31, 10.1.2.3",
    "10.1.2.3/0, 0.0.0.0/0, 10.1.2.3",
    "2001:db8::1/32, 2001:db8::/32, 2001:db8::1",
    "::1/64, ::/64, ::1"
  })
  void anAddressWithinARangeMayMeanTwoThings(String text, String range, String address)
      throws IOException {
    assertThat(read("[\"" + text + "\"]").problems())
        .singleElement()
        .asString()
        .endsWith(
            "\"%s\" is not the first address of its range, write %s for the range, or %s for the one address"
                .formatted(text, range, address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0/0", "::/0"})
  void everybodyIsTakenWithAWarning(String text) throws IOException {
    Reading<GatewayConfig> reading = read("[\"" + text + "\"]");

    assertThat(reading.value()).isNotNull();
    assertThat(reading.problems())
        .singleElement()
        .asString()
        .endsWith(
            "tyk.conf:2:23: warning: weir.trusted_proxies: \"%s\" is everybody, who can claim to be anybody then, name the proxies"
                .formatted(text));
  }

  @Test
  void everyBadEntryIsNamedAtItsPlace() throws IOException {
    assertThat(read("[\"10.0.0.0/8\", \"a\",\n    \"b\", 1]").problems())
        .extracting(problem -> problem.line() + ":" + problem.column() + " " + problem.path())
        .containsExactlyInAnyOrder(
            "2:37 weir.trusted_proxies",
            "3:5 weir.trusted_proxies",
            "3:10 weir.trusted_proxies[3]");
  }

  @Test
  void nobodyIsTrustedByDefault() {
    assertThat(requireNonNull(ConfigReader.read(Map.of()).value()).weir().forwarding())
        .isEqualTo(GatewayConfig.Forwarding.DEFAULT);
  }
}
