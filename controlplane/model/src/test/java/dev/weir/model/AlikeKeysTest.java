package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.KeyDefinition.Credentials;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlikeKeysTest {

  private static final List<String> PARTS =
      List.of(
          "\"alias\":\"a\"",
          "\"alias\":\"b\\\"}\"",
          "\"alias\":\"\\u00e4\\ud800\"",
          "\"Alias\":\"c\"",
          "\"alias\":1",
          "\"date_created\":\"2026-01-01T00:00:00Z\"",
          "\"last_updated\":\"17\"",
          "\"expires\":1",
          "\"expires\":22",
          "\"expires\":-1",
          "\"expires\":007",
          "\"expires\":1e3",
          "\"expires\":null",
          "\"expires\":123456789012345678901234567890",
          "\"Expires\":3",
          "\"exp\\u0069res\":4",
          "\"rate\":5,\"per\":1",
          "\"rate\":-5",
          "\"imported_token\":\"a\"",
          "\"imported_token\":\"b\"",
          "\"Imported_Token\":\"c\"",
          "\"imported_token\":1",
          "\"org_id\":\"o\"",
          "\"org_id\":\"p\"",
          "\"apply_policies\":[\"p\",\"q\"]",
          "\"apply_policies\":[\"\"]",
          "\"access_rights\":{\"x\":{\"allowed_urls\":[{\"url\":\"/a\",\"methods\":[\"POST\"]}]}}",
          "\"meta_data\":{\"expires\":9,\"alias\":\"z\"}",
          "\"basic_auth_data\":{\"password\":\"s\"}",
          "\"is_inactive\":true",
          "\"theirs\":}",
          "\"theirs\":[}");

  private final AtomicInteger readings = new AtomicInteger();
  private final KeyReader reader = new KeyReader(true);
  private final AlikeKeys<Rest> keys = new AlikeKeys<>(reader, this::rest);

  /** All of a key that is said to be remembered. */
  private record Rest(KeyDefinition rules, Credentials credentials) {}

  private Rest rest(KeyDefinition key) {
    readings.incrementAndGet();
    return restOf(key);
  }

  private static Rest restOf(KeyDefinition key) {
    return new Rest(key.rules(), key.credentials());
  }

  private void assertReadAsAlone(String text) {
    @Nullable KeyDefinition alone = reader.read("key", text).value();
    AlikeKeys.@Nullable Said<Rest> said = keys.read(text);
    if (alone == null) {
      assertThat(said).as(text).isNull();
    } else {
      assertThat(said)
          .as(text)
          .isEqualTo(new AlikeKeys.Said<>(restOf(alone), alone.expires(), alone.importedToken()));
    }
  }

  private static String key(String alias, String expires, String policy) {
    return "{ \"alias\":\"%s\" ,\"apply_policies\":[\"%s\"],\"expires\": %s,\"last_updated\":\"%s\"}"
        .formatted(alias, policy, expires, alias);
  }

  @Test
  void namesAndDatesAreNotTakenApartAgain() {
    AlikeKeys.Said<Rest> one = requireNonNull(keys.read(key("a", "7", "p")));
    AlikeKeys.Said<Rest> same = requireNonNull(keys.read(key("b", "800", "p")));
    AlikeKeys.Said<Rest> other = requireNonNull(keys.read(key("a", "7", "q")));

    assertThat(same.value()).isSameAs(one.value());
    assertThat(one.expires()).isEqualTo(7);
    assertThat(same.expires()).isEqualTo(800);
    assertThat(other.value().rules().policies()).containsExactly("q");
    assertThat(readings).hasValue(2);
  }

  @Test
  void whatHasASecretIsNotRemembered() {
    String secret = "{\"alias\":\"a\",\"jwt_data\":{\"secret\":\"s\"},\"apply_policies\":[\"p\"]}";
    keys.read(secret);
    keys.read(secret);
    assertThat(readings).hasValue(2);
  }

  @Test
  void onlySomeAreRemembered() {
    for (int policy = 0; policy < 3000; policy++) {
      keys.read(key("a", "7", "p" + policy));
    }
    keys.read(key("a", "7", "p2999"));
    assertThat(readings).hasValue(3000);
    keys.read(key("a", "7", "p0"));
    assertThat(readings).hasValue(3001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        " {\"alias\":\"a\"}",
        "{\"alias\":\"a\"} ",
        "{\"alias\":\"a\"",
        "{\"alias\":\"a\",}",
        "{\"alias\" \"a\"}",
        "{\"alias\":\"a\"}}",
        "{\"alias\":\"a\n\"}",
        "{\"alias\":\"\\x\"}",
        "{\"expires\":}",
        "{,}",
        "[]",
        "{\"rate\":1 2}"
      })
  void whatIsNoKeyStaysNone(String text) {
    keys.read("{\"alias\":\"b\"}");
    keys.read("{\"expires\":1}");
    assertReadAsAlone(text);
    assertReadAsAlone(text);
  }

  /** Every document beside many that are nearly the same. */
  @Test
  void everyDocumentIsReadAsItWouldBeAlone() {
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder("{");
      int members = random.nextInt(5);
      for (int member = 0; member < members; member++) {
        text.append(member == 0 ? "" : ",").append(PARTS.get(random.nextInt(PARTS.size())));
      }
      text.append('}');
      assertReadAsAlone(text.toString());
    }
    assertThat(readings).hasValueLessThan(10_000);
  }
}
