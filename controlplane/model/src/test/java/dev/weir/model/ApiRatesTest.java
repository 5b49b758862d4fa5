package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.ApiRates.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates of APIs as they are written. Single quotes stand for double ones. */
class ApiRatesTest {
  private static ApiRates of(ApiFile file) {
    return requireNonNull(file.definition(), () -> file.problems().toString()).rates();
  }

  @Test
  void theRateOfAllIsRead() {
    ApiRates rates = of(Definitions.read("'global_rate_limit': {'rate': 2.5, 'per': 60}"));

    assertThat(rates.all()).isEqualTo(Allowance.NONE.withRate(2.5, 60));
    assertThat(rates.endpoints()).isEmpty();
    assertThat(rates.isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'global_rate_limit': {'rate': 10, 'per': 1, 'disabled': true}",
        "'global_rate_limit': {'rate': 0, 'per': 0}",
        "'name': 'x'"
      })
  void whatIsOffLimitsNothing(String fields) {
    assertThat(of(Definitions.read(fields)).isEmpty()).isTrue();
  }

  @Test
  void theRatesOfEndpointsAreRead() {
    ApiRates rates =
        of(
            Definitions.readVersion(
                "'ignore_endpoint_case': true, 'extended_paths': {'rate_limit': ["
                    + "{'path': '/a.B/C', 'method': 'POST', 'rate': 5, 'per': 1},"
                    + "{'path': '/a.B/D', 'rate': 5, 'per': 1, 'disabled': true}]}"));

    assertThat(rates.endpoints()).hasSize(1);
    assertThat(rates.endpoints().getFirst())
        .returns("/a.B/C", Endpoint::path)
        .returns("POST", Endpoint::method)
        .returns(true, Endpoint::ignoresCase)
        .returns(Allowance.NONE.withRate(5, 1), Endpoint::rate);
    assertThat(rates.isEmpty()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'rate': 5              | per: is missing, the rate is that of so many seconds",
        "'rate': -1, 'per': 1   | rate: is negative, 0 or more is needed",
        "'rate': 5, 'per': -1   | per: is negative, 0 or more is needed",
        "'rate': 'x'            | rate: is text, a number is needed",
      })
  void aRateThatIsNoneIsAnError(String fields, String problem) {
    assertThat(Definitions.read("'global_rate_limit': {" + fields + "}").problems())
        .anySatisfy(
            found -> assertThat(found.toString()).contains("error: global_rate_limit." + problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'rate': 5, 'per': 1                                    | path: is empty",
        "'path': '/a', 'per': 1                                 | rate: is missing",
        "'path': '/a', 'rate': 5                                | per: is missing",
        "'path': '/a', 'rate': 5, 'per': 1, 'method': 'post'    | method: is no method",
      })
  void anEndpointWithoutARateIsAnError(String fields, String problem) {
    assertThat(
            Definitions.readVersion("'extended_paths': {'rate_limit': [{" + fields + "}]}")
                .problems())
        .anySatisfy(found ->
            assertThat(found.toString())
                .contains("versions.Default.extended_paths.rate_limit[0]." + problem));
  }
}
