package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TalliesTest {
  private static final long SECOND = 1_000_000_000L;

  private final Tallies<PeerFault> faults = new Tallies<>(PeerFault.class);

  @Test
  void countsEachKindOfFaultByItself() {
    faults.count(PeerFault.PINGS, 0);
    faults.count(PeerFault.PINGS, 1);
    faults.count(PeerFault.WASTE, 2);

    assertThat(faults.count(PeerFault.PINGS)).isEqualTo(2);
    assertThat(faults.count(PeerFault.WASTE)).isEqualTo(1);
    assertThat(faults.count(PeerFault.PROTOCOL)).isZero();
  }

  @Test
  void oneASecondOfEachKindIsForTheLogAndTellsHowManyWereNot() {
    long start = Long.MAX_VALUE - SECOND / 2;

    assertThat(faults.count(PeerFault.PINGS, start)).isZero();
    assertThat(faults.count(PeerFault.PINGS, start)).isEqualTo(Tallies.UNLOGGED);
    assertThat(faults.count(PeerFault.WASTE, start)).isZero();
    assertThat(faults.count(PeerFault.PINGS, start + SECOND - 1)).isEqualTo(Tallies.UNLOGGED);
    assertThat(faults.count(PeerFault.PINGS, start + SECOND)).isEqualTo(2);
    assertThat(faults.count(PeerFault.PINGS, start + 9 * SECOND)).isZero();
  }

  @Test
  void labelsAreDistinctAndFitIntoAMetric() {
    assertThat(Arrays.stream(PeerFault.values()).map(PeerFault::label))
        .doesNotHaveDuplicates()
        .allMatch(label -> label.matches("[a-z_]+"));
  }
}
