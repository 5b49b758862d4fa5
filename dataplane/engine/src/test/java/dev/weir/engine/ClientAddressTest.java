package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.filter.AddressRange;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What endpoints get of the addresses that a call came by. */
class ClientAddressTest {
  private static final Forwarding TRUSTING =
      new Forwarding(
          List.of(new AddressRange(InetAddress.ofLiteral("10.0.0.0"), 8)),
          0,
          true,
          false,
          FoldedNames.NONE);

  private final ConnectionLoop loop = new ConnectionLoop(Runnable::run, () -> 0);
  private final ClientAddress proxy = TRUSTING.client(peer("10.1.2.3"), loop);

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::1, ::1",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "::ffff:192.0.2.1, 192.0.2.1"
  })
  void addressIsWrittenInItsShortForm(String address, String text) {
    assertThat(textOf(Forwarding.DEFAULT.client(peer(address), loop).behind(null))).isEqualTo(text);
  }

  @Test
  void onlyAddressesInARangeAreTrusted() {
    assertThat(proxy.trusted()).isTrue();
    assertThat(TRUSTING.client(peer("11.1.2.3"), loop).trusted()).isFalse();
    assertThat(TRUSTING.client(null, loop).trusted()).isFalse();
  }

  @Test
  void anUnknownAddressIsNotTold() {
    assertThat(TRUSTING.client(null, loop).behind(null)).isNull();
  }

  @Test
  void theProxysAddressComesLast() {
    assertThat(textOf(proxy.behind(forwardedFor("192.0.2.1, 192.0.2.2"))))
        .isEqualTo("192.0.2.1, 192.0.2.2, 10.1.2.3");
    assertThat(textOf(proxy.behind(forwardedFor("")))).isEqualTo("10.1.2.3");
  }

  @Test
  void aFieldThatComesAgainIsNotPutTogetherAgain() {
    HeaderField before = forwardedFor("192.0.2.1");
    HeaderField whole = proxy.behind(before);

    assertThat(proxy.behind(before)).isSameAs(whole);
    assertThat(textOf(TRUSTING.client(peer("10.9.9.9"), loop).behind(before)))
        .isEqualTo("192.0.2.1, 10.9.9.9");
    assertThat(textOf(proxy.behind(before))).isEqualTo("192.0.2.1, 10.1.2.3");
  }

  @Test
  void connectionsFromOneAddressShareItsField() {
    assertThat(TRUSTING.client(peer("10.1.2.3"), loop).field()).isSameAs(proxy.field());
  }

  @Test
  void whatNoHopMayIndexStaysSo() {
    HeaderField secret =
        HeaderField.neverIndexed(HeaderName.X_FORWARDED_FOR, "192.0.2.1".getBytes(US_ASCII));

    assertThat(Objects.requireNonNull(proxy.behind(secret)).isNeverIndexed()).isTrue();
  }

  @Test
  void withoutAppendingTheProxysFieldIsLeftAsItIs() {
    var silent = new Forwarding(TRUSTING.trusted(), 0, false, false, FoldedNames.NONE);
    HeaderField before = forwardedFor("192.0.2.1");

    assertThat(silent.client(peer("10.1.2.3"), loop).behind(before)).isSameAs(before);
    assertThat(silent.client(peer("10.1.2.3"), loop).behind(null)).isNull();
  }

  private static SocketAddress peer(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 1);
  }

  private static HeaderField forwardedFor(String value) {
    return HeaderField.of(HeaderName.X_FORWARDED_FOR, value);
  }

  private static String textOf(@Nullable HeaderField field) {
    return Objects.requireNonNull(field).valueText();
  }
}
