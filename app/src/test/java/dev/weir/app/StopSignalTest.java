package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StopSignalTest {
  private final List<Integer> exits = new ArrayList<>();
  private final StopSignal stop = new StopSignal(exits::add, _ -> {});

  @Test
  void firstSignalEndsTheWait() {
    stop.signal();

    stop.await();
    assertThat(exits).isEmpty();
  }

  @Test
  void secondSignalEndsTheProcess() {
    stop.signal();
    stop.signal();

    assertThat(exits).containsExactly(ExitCode.FORCED);
  }
}
