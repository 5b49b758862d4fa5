package dev.weir.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials of RFC 7617. */
class NameAndPasswordTest {

  private static byte[] value(String text) {
    return text.getBytes(UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "alice:secret, alice, secret",
    "alice:, alice, ''",
    ":secret, '', secret",
    "alice:a:b:c, alice, a:b:c",
    "Zoë:pässwörd, Zoë, pässwörd"
  })
  void theFirstColonDivides(String pair, String name, String password) {
    NameAndPassword read =
        Objects.requireNonNull(NameAndPassword.of(value("Basic " + base64(pair))));
    assertThat(read.name()).isEqualTo(name);
    assertThat(read.password()).isEqualTo(value(password));
    assertThat(read.pair()).isEqualTo(value(pair));
    assertThat(read).hasToString("user " + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic YTpi", "BASIC YTpi", "bAsIc  YTpi"})
  void theSchemeMayBeInAnyCase(String value) {
    assertThat(NameAndPassword.of(value(value))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "YTpi",
        "Bearer YTpi",
        "BasicYTpi",
        "Basic YW5v",
        "Basic Y:b",
        "Basic YTpi,Basic YTpi",
        "Basic\tYTpi"
      })
  void whatIsNoneIsNotRead(String value) {
    assertThat(NameAndPassword.of(value(value))).isNull();
  }

  @Test
  void onlyTheSchemeSaysWhatIsMeant() {
    assertThat(NameAndPassword.isScheme(value("Basic "))).isTrue();
    assertThat(NameAndPassword.isScheme(value("Basic"))).isFalse();
    assertThat(NameAndPassword.isScheme(value("basically"))).isFalse();
  }
}
