package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.RouteAction;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gateway's own paths lead to the same objects after a reload: tables of routes count on it.
 */
class BuiltInsTest {
  private final GatewayConfig config = requireNonNull(ConfigReader.read(Map.of()).value());
  private final Health health = new Health();

  @ParameterizedTest
  @ValueSource(strings = {"/hello", "/ready"})
  void areTheSameInEachSnapshot(String path) {
    assertThat(action(path)).isInstanceOf(RouteAction.BuiltIn.class).isSameAs(action(path));
  }

  @Test
  void areTwo() {
    assertThat(action("/hello")).isNotSameAs(action("/ready"));
  }

  private @Nullable RouteAction action(String path) {
    return Gateway.compile(config, health, List.of())
        .snapshot()
        .routes()
        .match(config.listener().port(), "any".getBytes(US_ASCII), path.getBytes(US_ASCII));
  }
}
