package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.compiler.Changes;
import dev.weir.compiler.Reload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Health health = new Health();

  private static Reload reload(boolean applied) {
    return new Reload(
        applied,
        1,
        "",
        Duration.ZERO,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Changes.NONE,
        List.of(),
        Map.of());
  }

  private String ready() {
    return health.ready().json();
  }

  @Test
  void aReloadThatCameBeforeTheStartWasThroughIsTheLast() {
    assertThat(health.ready().httpStatus()).isEqualTo(503);
    health.reloaded(reload(false));
    health.loaded(true);
    assertThat(ready()).contains("the last reload was refused");

    var other = new Health();
    other.reloaded(reload(true));
    other.loaded(false);
    assertThat(other.ready().json()).contains("\"Weir gateway ready\"");
  }

  @Test
  void aStartThatCouldNotServeAllSaysSoUntilAReloadCould() {
    health.loaded(false);
    assertThat(ready()).contains("not all could be served at the start");
    health.reloaded(reload(true));
    assertThat(ready()).contains("\"Weir gateway ready\"");
  }
}
