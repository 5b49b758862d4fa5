package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressRulesTest {
  private static final AddressRange TENS = range("10.0.0.0", 8);
  private static final AddressRange ONE = range("10.0.0.1", 32);
  private static final AddressRange DOCUMENTS = range("2001:db8::", 32);

  private static AddressRange range(String first, int bits) {
    return new AddressRange(InetAddress.ofLiteral(first), bits);
  }

  private static boolean permit(AddressRules rules, String address) {
    return rules.permit(InetAddress.ofLiteral(address));
  }

  @Test
  void withoutAListOfTheAllowedAllAre() {
    var rules = new AddressRules(null, List.of(ONE));
    assertThat(permit(rules, "10.0.0.2")).isTrue();
    assertThat(permit(rules, "::1")).isTrue();
    assertThat(permit(rules, "10.0.0.1")).isFalse();
  }

  @Test
  void onAnEmptyListIsNobody() {
    assertThat(permit(new AddressRules(List.of(), List.of()), "10.0.0.1")).isFalse();
  }

  @Test
  void onlyWhoIsAllowedIsAndNotWhoIsBlocked() {
    var rules = new AddressRules(List.of(TENS, DOCUMENTS), List.of(ONE));
    assertThat(permit(rules, "10.0.0.2")).isTrue();
    assertThat(permit(rules, "2001:db8::2")).isTrue();
    assertThat(permit(rules, "11.0.0.2")).isFalse();
    assertThat(permit(rules, "10.0.0.1")).isFalse();
  }
}
