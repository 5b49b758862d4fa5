package dev.weir.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.filter.EndpointRates.Entry;
import dev.weir.filter.MethodRules.Matching;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointRatesTest {
  private static final RateRule FEW = new RateRule("few", 1, 1);
  private static final RateRule SOME = new RateRule("some", 2, 1);
  private static final RateRule MANY = new RateRule("many", 3, 1);

  private static final EndpointRates RATES =
      new EndpointRates(
          List.of(
              new Entry("/pkg.Service/*", "POST", false, MANY),
              new Entry("/pkg.Service/Say", "", false, FEW),
              new Entry("/pkg.Service/Free", "POST", false, null),
              new Entry("/PKG.OTHER/SAY", "POST", true, SOME)),
          Matching.TYK);

  private static int index(String path, int listenBytes, String method) {
    return RATES.index(
        path.getBytes(US_ASCII), ListenPath.of(listenBytes), method.getBytes(US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Say,          0, POST, few",
    "/pkg.Service/Say,          0, GET,  few",
    "/pkg.Service/Say?x=/pkg,   0, POST, few",
    "/below/pkg.Service/Say,    6, POST, few",
    "/pkg.Service/SayAgain,     0, POST, many",
    "/pkg.Service/,             0, POST, many",
    "/pkg.other/Say,            0, POST, some",
  })
  void aPathThatIsWrittenOutComesBeforeOneForMany(
      String path, int listenBytes, String method, String scope) {
    assertThat(RATES.rate(index(path, listenBytes, method)))
        .isNotNull()
        .returns(scope, RateRule::scope);
  }

  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/SayAgain, 0, GET",
    "/pkg.Servic,           0, POST",
    "/x/pkg.Service/Say,    0, POST",
    "/pkgxService/Say,      0, POST",
  })
  void theRateOfAllCountsElse(String path, int listenBytes, String method) {
    assertThat(index(path, listenBytes, method)).isEqualTo(EndpointRates.NONE);
  }

  @Test
  void oneMayBeFree() {
    assertThat(RATES.rate(index("/pkg.Service/Free", 0, "POST"))).isNull();
  }

  @Test
  void whatIsNoPatternIsRefused() {
    assertThatThrownBy(
            () -> new EndpointRates(List.of(new Entry("Sa[y", "", false, FEW)), Matching.TYK))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
