package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.GatewayConfig.AdminAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminAddressTest {

  private static Reading<GatewayConfig> read(String address) {
    return ConfigReader.read(Map.of("TYK_GW_LISTENPORT", "8080", "WEIR_ADMIN_ADDRESS", address));
  }

  private static @Nullable AdminAddress address(Reading<GatewayConfig> reading) {
    return requireNonNull(reading.value()).weir().admin();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9090, 127.0.0.1, 9090",
    "127.0.0.1:0, 127.0.0.1, 0",
    "localhost:65535, localhost, 65535",
    "[::1]:1, ::1, 1"
  })
  void loopbackAddressesAreTaken(String text, String host, int port) {
    Reading<GatewayConfig> reading = read(text);

    assertThat(reading.problems()).isEmpty();
    assertThat(address(reading)).isEqualTo(new AdminAddress(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9090", "[::]:9090", "10.0.0.1:9090", "gateway.example:9090"})
  void othersAreTakenWithAWarning(String text) {
    Reading<GatewayConfig> reading = read(text);

    assertThat(address(reading)).isNotNull();
    assertThat(reading.problems())
        .singleElement()
        .asString()
        .startsWith("WEIR_ADMIN_ADDRESS: warning: weir.admin.address: ")
        .contains("can be reached from other machines");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9090",
        ":9090",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:x",
        "127.0.0.1:-1",
        "::1:9090",
        "127.0.0.1:000009090"
      })
  void anythingElseIsAnError(String text) {
    assertThat(read(text).problems())
        .singleElement()
        .asString()
        .startsWith("WEIR_ADMIN_ADDRESS: error: weir.admin.address: ")
        .endsWith("is not a host and a port, write it as 127.0.0.1:9090");
  }

  @Test
  void theMainPortCannotBeTheAdministrationsToo() {
    assertThat(read("127.0.0.1:8080").problems())
        .singleElement()
        .asString()
        .contains("error: weir.admin.address: 8080 is the main port too");
  }

  @Test
  void withoutOneThereIsNone() {
    assertThat(requireNonNull(ConfigReader.read(Map.of()).value()).weir().admin()).isNull();
  }
}
