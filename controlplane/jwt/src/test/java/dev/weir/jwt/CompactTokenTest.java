package dev.weir.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What anybody can send in the place of a token. Single quotes stand for double ones. */
class CompactTokenTest {
  private static String part(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Claims claims(String json) throws BadToken {
    return Claims.of(CompactToken.of(part("{'alg':'HS256'}") + "." + part(json) + ".AA"));
  }

  @Test
  void aTokenHasItsKeyAndItsClaims() throws Exception {
    CompactToken token =
        CompactToken.of(part("{'alg':'HS256','kid':'one'}") + "." + part("{'sub':'a'}") + ".AA");
    assertThat(token.keyId()).isEqualTo("one");
    assertThat(Claims.of(token).text("sub")).contains("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "'a'",
        "[]",
        "{}",
        "{",
        "{'alg':null}",
        "{'alg':7}",
        "{'alg':'HS256','crit':[null]}",
        "{'alg':'HS256','x5c':[null]}",
        "[['alg','HS256']]",
        "{'alg':'HS256','x5u':' '}",
        "{'alg':'HS256','jwk':{}}",
        "{'alg':'HS256','jwk':{'kty':'RSA'}}",
        "{'alg':'HS256','jwk':{'kty':'oct','k':'AA'}}",
        "{'alg':'HS256','b64':7}",
        "{'alg':'HS256','kid':[]}",
        "{'alg':'HS256','typ':{}}",
      })
  void aHeaderThatIsNoneMakesABadToken(String header) {
    assertThatThrownBy(() -> CompactToken.of(part(header) + ".e30.AA"))
        .isInstanceOf(BadToken.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "'a'",
        "[]",
        "[['sub','a']]",
        "{",
        "{'aud':null}",
        "{'sub':null}"
      })
  void claimsThatAreNoneMakeABadToken(String claims) {
    assertThatThrownBy(() -> claims(claims)).isInstanceOf(BadToken.class);
  }

  @Test
  void whatIsNestedDeeplyMakesABadToken() {
    String deep = "{'a':" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    assertThatThrownBy(() -> claims(deep)).isInstanceOf(BadToken.class);
    assertThatThrownBy(() -> CompactToken.of(part(deep) + ".e30.AA")).isInstanceOf(BadToken.class);
  }
}
