package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0, 8, 10.255.255.255",
    "10.0.0.0, 8, 10.0.0.0",
    "192.168.128.0, 17, 192.168.255.1",
    "10.1.2.2, 31, 10.1.2.3",
    "10.1.2.3, 32, 10.1.2.3",
    "0.0.0.0, 0, 203.0.113.1",
    "2001:db8::, 32, 2001:db8:ffff::1",
    "2001:db8:8000::, 33, 2001:db8:8000::1",
    "::1, 128, ::1",
    "::, 0, 2001:db8::1"
  })
  void addressesWithItsFirstBitsAreIn(String first, int bits, String address) {
    assertThat(range(first, bits).contains(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0, 8, 11.0.0.0",
    "10.0.0.0, 8, 9.255.255.255",
    "192.168.128.0, 17, 192.168.127.255",
    "10.1.2.2, 31, 10.1.2.4",
    "10.1.2.3, 32, 10.1.2.2",
    "0.0.0.0, 0, ::1",
    "2001:db8::, 32, 2001:db9::",
    "2001:db8:8000::, 33, 2001:db8:7fff::",
    "::1, 128, ::2",
    "::, 0, 0.0.0.0"
  })
  void othersAreNot(String first, int bits, String address) {
    assertThat(range(first, bits).contains(InetAddress.ofLiteral(address))).isFalse();
  }

  private static AddressRange range(String first, int bits) {
    return new AddressRange(InetAddress.ofLiteral(first), bits);
  }
}
