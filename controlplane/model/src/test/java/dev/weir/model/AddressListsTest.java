package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressListsTest {

  private static ApiFile file(String fields) {
    return Definitions.read("'use_keyless': true, " + fields);
  }

  private static AddressLists lists(String fields) {
    return requireNonNull(file(fields).definition()).addresses();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'allowed_ips': []                                                                    | all",
        "'allowed_ips': ['10.0.0.1']                                                          | listed",
        "'allowed_ips': ['10.0.0.1'], 'enable_ip_whitelisting': true                          | listed",
        "'allowed_ips': ['10.0.0.1'], 'enable_ip_whitelisting': false                         | all",
        "'allowed_ips': ['10.0.0.1'], 'ip_access_control_disabled': true                      | all",
        "'allowed_ips': ['10.0.0.1'], 'ip_access_control_disabled': true, 'enable_ip_whitelisting': true | listed",
        "'allowed_ips': [], 'enable_ip_whitelisting': true                                    | none"
      })
  void aListOfTheAllowedCountsUnlessItIsSwitchedOff(String fields, String who) {
    List<AddressRange> expected =
        switch (who) {
          case "all" -> null;
          case "none" -> List.of();
          default -> List.of(range("10.0.0.1", 32));
        };
    assertThat(lists(fields).allowed().orElse(null)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'blacklisted_ips': []                                                                | 0",
        "'blacklisted_ips': ['10.0.0.1']                                                      | 1",
        "'blacklisted_ips': ['10.0.0.1'], 'enable_ip_blacklisting': false                     | 1",
        "'blacklisted_ips': ['10.0.0.1'], 'ip_access_control_disabled': true                  | 0",
        "'blacklisted_ips': ['10.0.0.1'], 'ip_access_control_disabled': true, 'enable_ip_blacklisting': true | 1",
        "'blacklisted_ips': [], 'enable_ip_blacklisting': true                                | 0"
      })
  void aListOfTheBlockedCountsUnlessBothSwitchesAreOff(String fields, int blocked) {
    assertThat(lists(fields).blocked()).hasSize(blocked);
  }

  @ParameterizedTest
  @CsvSource({
    "::ffff:10.0.0.1, 10.0.0.1, 32",
    "::FFFF:10.0.0.0/104, 10.0.0.0, 8",
    "::ffff:0:0/96, 0.0.0.0, 0",
    "2001:db8::/32, 2001:db8::, 32"
  })
  void anAddressOfIpv4MayBeWrittenAsOneOfIpv6(String text, String first, int bits) {
    assertThat(lists("'blacklisted_ips': ['%s']".formatted(text)).blocked())
        .containsExactly(range(first, bits));
  }

  private static AddressRange range(String first, int bits) {
    return new AddressRange(InetAddress.ofLiteral(first), bits);
  }

  @Test
  void badEntriesAreErrorsAtTheirPlaces() {
    ApiFile file =
        file("\n'allowed_ips': ['10.0.0.1',\n 'host'],\n'blacklisted_ips': ['::ffff:10.0.0.0/8']");

    assertThat(file.definition()).isNull();
    assertThat(file.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "a.json:3:2: error: allowed_ips: \"host\" is neither an address nor a range of addresses, write it as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32",
            "a.json:4:21: error: blacklisted_ips: \"::ffff:10.0.0.0/8\" has no number from 96 to 128 at its end, write it as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32");
  }

  @Test
  void whatHasNoEffectIsAWarning() {
    assertThat(file("'enable_ip_whitelisting': true").problems().toString())
        .contains("lets nobody call, since allowed_ips is empty");
    assertThat(
            file("'allowed_ips': ['10.0.0.1'], 'enable_ip_whitelisting': false")
                .problems()
                .toString())
        .contains("has no effect while enable_ip_whitelisting is false");
  }
}
