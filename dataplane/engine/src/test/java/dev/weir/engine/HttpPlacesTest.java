package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.HeaderField;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials in queries and in cookies. */
class HttpPlacesTest {
  private static final HttpPlaces PLACES = new HttpPlaces("the key", "Key");

  private static String told(@Nullable HeaderField found) {
    return found == null
        ? "none"
        : found == Credentials.SEVERAL ? "several" : new String(found.value(), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/a                             | none    | /a",
        "/a?                            | none    | /a?",
        "/the+key=1                     | none    | /the+key=1",
        "/a?the+key=1                   | 1       | /a",
        "/a?the%20key=1&b=2             | 1       | /a?b=2",
        "/a?b=2&%74he+key=1             | 1       | /a?b=2",
        "/a?b=2&the+key=%41%2b+%2B&c    | A+ +    | /a?b=2&c",
        "/a?the+key=%c3%bc              | ü       | /a",
        "/a?the+key                     | ``      | /a",
        "/a?the+key=                    | ``      | /a",
        "/a?the+key==1                  | =1      | /a",
        "/a?the+key=1?the+key=2         | 1?the key=2 | /a",
        "/a?the+key=%zz%4               | %zz%4   | /a",
        "/a?the+key=1;the+key=2         | 1;the key=2 | /a",
        "/a?The+key=1&the+ke=2&the+keys | none    | /a?The+key=1&the+ke=2&the+keys",
        "/a?the+key=1&b&the%20key=1     | several | /a?b",
        "/a?the+key=&the+key=1          | several | /a",
        "/a?&&                          | none    | /a?&&",
        "/a?&the+key=1&                 | 1       | /a?&"
      })
  void aParameterIsFoundAndTakenOut(String path, String found, String rest) {
    byte[] bytes = path.getBytes(UTF_8);
    assertThat(told(PLACES.inQuery(bytes))).isEqualTo(found);
    assertThat(new String(PLACES.withoutParameter(bytes), UTF_8)).isEqualTo(rest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Key=1                | 1       | ``",
        "a=2; Key=1; b=3      | 1       | a=2; b=3",
        "a=2;Key=1            | 1       | a=2",
        "a=2 ; Key = 1 ;b=3   | 1       | a=2 ;b=3",
        "Key=\"1\"            | 1       | ``",
        "Key=1=2              | 1=2     | ``",
        "Key                  | ``      | ``",
        "key=1; aKey=2; Keys  | none    | key=1; aKey=2; Keys",
        "Key=1; a=Key=2       | 1       | a=Key=2",
        "Key=%31              | %31     | ``",
        "Key=1; Key=1         | several | ``",
        "a=2                  | none    | a=2"
      })
  void aCookieIsFoundAndTakenOut(String cookies, String found, String rest) {
    byte[] bytes = cookies.getBytes(UTF_8);
    assertThat(told(PLACES.inCookies(bytes))).isEqualTo(found);
    assertThat(new String(PLACES.withoutCookie(bytes), UTF_8)).isEqualTo(rest);
  }

  @Test
  void whatIsTakenOutIsNotFoundAnyMore() {
    Random random = new Random(1);
    byte[] letters = "Kkey=&;?+% 20\"th/".getBytes(UTF_8);
    HttpPlaces places = new HttpPlaces("k", "k");
    for (int i = 0; i < 100_000; i++) {
      byte[] text = new byte[random.nextInt(24)];
      for (int at = 0; at < text.length; at++) {
        text[at] = letters[random.nextInt(letters.length)];
      }
      byte[] path = places.withoutParameter(text);
      byte[] cookies = places.withoutCookie(text);
      assertThat(places.inQuery(path)).as(new String(text, UTF_8)).isNull();
      assertThat(places.inCookies(cookies)).as(new String(text, UTF_8)).isNull();
      assertThat(path.length == text.length).isEqualTo(places.inQuery(text) == null);
      assertThat(cookies.length == text.length).isEqualTo(places.inCookies(text) == null);
    }
  }
}
