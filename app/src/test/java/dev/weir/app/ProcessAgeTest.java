package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessAgeTest {

  @Test
  void countsFromTheStartThatTheKernelKnows() {
    String stat =
        "77 (a) b (c) S 1 77 77 0 -1 4194304 9 0 0 0 1 2 0 0 20 0 1 0 360050 9 9 18446744073709551615";

    assertThat(ProcessAge.age(stat, "3601.25 7000.00\n")).isEqualTo(Duration.ofMillis(750));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void isKnownOnLinux() {
    assertThat(ProcessAge.now())
        .hasValueSatisfying(
            age -> assertThat(age).isBetween(Duration.ofMillis(10), Duration.ofHours(1)));
  }
}
