package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  @ParameterizedTest
  @CsvSource({
    "listen_prot, did you mean listen_port?",
    "listenport, did you mean listen_port?",
    "Listen_Adress, did you mean listen_address?",
    "hostnmae, did you mean hostname?",
    "secretes, did you mean secrets?",
    "graceful_shutdown, did you mean graceful_shutdown_timeout_duration?",
    "colour_of_the_gateway,",
    "x,"
  })
  void nearestKnownNameIsProposed(String name, String hint) {
    assertThat(NearestName.hint(name, ConfigKeys.ROOT.names())).isEqualTo(hint);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "a, '', 1",
    "'', ab, 2",
    "abc, abc, 0",
    "abc, acb, 1",
    "abc, xbc, 1",
    "abc, abcd, 1",
    "kitten, sitting, 3"
  })
  void distanceCountsEdits(String a, String b, int distance) {
    assertThat(NearestName.distance(a, b)).isEqualTo(distance);
    assertThat(NearestName.distance(b, a)).isEqualTo(distance);
  }
}
