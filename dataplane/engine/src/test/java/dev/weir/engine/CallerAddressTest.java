package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.filter.AddressRange;
import dev.weir.filter.AddressRules;
import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerAddressTest {
  private static final Forwarding TRUSTING =
      new Forwarding(List.of(range("10.0.0.0", 8)), 0, true, false, FoldedNames.NONE);
  private static final AddressRules DOCUMENTS =
      new AddressRules(List.of(range("192.0.2.0", 24)), List.of());
  private static final AddressRules ANYWHERE = new AddressRules(null, List.of());

  private static AddressRange range(String first, int bits) {
    return new AddressRange(InetAddress.ofLiteral(first), bits);
  }

  private static CallerAddress at(String address) {
    return at(TRUSTING, address);
  }

  private static CallerAddress at(Forwarding forwarding, String address) {
    return new CallerAddress(forwarding, new InetSocketAddress(InetAddress.ofLiteral(address), 1));
  }

  private static FieldList head(String... forwardedFor) {
    var head = new FieldList();
    head.add(HeaderField.of(":path", "/a"));
    for (String value : forwardedFor) {
      head.add(HeaderField.of("x-forwarded-for", value));
    }
    return head;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7                    | 192.0.2.7",
        "192.0.2.7,10.9.9.9           | 192.0.2.7",
        "192.0.2.7 , [::ffff:10.1.1.1]:8080 | 192.0.2.7",
        "2001:db8:0::1                | 2001:db8::1",
        "10.1.1.1, 10.2.2.2           | 10.1.1.1",
        "192.0.2.7, _hidden           | ''",
        "192.0.2.7, 1.2.3             | ''",
        "192.0.2.7, 1.2.3.4.5         | ''",
        "192.0.2.7, fe80::1%eth0      | ''",
        "192.0.2.7, 192.0.2.8:x       | ''"
      })
  void behindAProxyItIsTheLastOneOfNoTrustedProxyE13(String addresses, String client) {
    assertThat(at("10.0.0.1").text(head(addresses))).isEqualTo(client.replace("''", ""));
  }

  /** As Tyk counts, but only what a trusted proxy says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 192.0.2.7, 198.51.100.1, 203.0.113.9 | 203.0.113.9",
        "1 | 192.0.2.7, 10.9.9.9                  | 10.9.9.9",
        "2 | 192.0.2.7, 198.51.100.1, 203.0.113.9 | 198.51.100.1",
        "3 | 192.0.2.7, 198.51.100.1, 203.0.113.9 | 192.0.2.7",
        "4 | 192.0.2.7, 198.51.100.1, 203.0.113.9 | ''",
        "2 | 203.0.113.9                          | ''",
        "2 | unknown, 203.0.113.9                 | ''",
        "2 | 192.0.2.7, unknown                   | 192.0.2.7"
      })
  void withADepthItIsTheOneThereE13(int depth, String addresses, String client) {
    Forwarding deep = new Forwarding(TRUSTING.trusted(), depth, true, false, FoldedNames.NONE);
    assertThat(at(deep, "10.0.0.1").text(head(addresses))).isEqualTo(client.replace("''", ""));
    assertThat(at(deep, "10.0.0.1").text(head())).isEmpty();
    assertThat(at(deep, "192.0.2.1").text(head(addresses))).isEqualTo("192.0.2.1");
  }

  @Test
  void elsewhereItIsThatOfThePeerE13() {
    assertThat(at("192.0.2.7").text(head("10.0.0.5"))).isEqualTo("192.0.2.7");
    assertThat(at("10.0.0.1").text(head())).isEqualTo("10.0.0.1");
  }

  @Test
  void anUnknownAddressIsLetInByNobody() {
    assertThat(new CallerAddress(TRUSTING, null).isPermitted(ANYWHERE, head())).isFalse();
    assertThat(at("10.0.0.1").isPermitted(ANYWHERE, head("nobody"))).isFalse();
  }

  @Test
  void whatWasDecidedForOneIsNotForTheNext() {
    CallerAddress proxy = at("10.0.0.1");
    FieldList good = head("192.0.2.7");
    FieldList bad = head("198.51.100.7");
    assertThat(proxy.isPermitted(DOCUMENTS, good)).isTrue();
    assertThat(proxy.isPermitted(DOCUMENTS, bad)).isFalse();
    assertThat(proxy.isPermitted(DOCUMENTS, good)).isTrue();
    assertThat(proxy.text(bad)).isEqualTo("198.51.100.7");
    assertThat(proxy.isPermitted(DOCUMENTS, good)).isTrue();
    assertThat(proxy.isPermitted(DOCUMENTS, head())).isFalse();
    assertThat(proxy.isPermitted(ANYWHERE, head())).isTrue();
    assertThat(proxy.isPermitted(DOCUMENTS, head("198.51.100.7", "192.0.2.7"))).isTrue();
  }

  @Test
  void whoIsNotKnownIsWhereTheConnectionEndsG6() {
    long proxy = at("10.0.0.1").network(head());

    assertThat(at("10.0.0.1").network(head("192.0.2.7, _hidden"))).isEqualTo(proxy);
    assertThat(at("10.0.0.2").network(head("_hidden"))).isNotEqualTo(proxy);
  }

  @Test
  void networksOfIpv4AndIpv6AreApartG6() {
    assertThat(at("10.0.0.1").network(head("0.0.0.0")))
        .isNotEqualTo(at("10.0.0.1").network(head("::1")));
    assertThat(at("10.0.0.1").network(head("2001:db8::1")))
        .isEqualTo(at("10.0.0.1").network(head("2001:db8::2")));
  }
}
