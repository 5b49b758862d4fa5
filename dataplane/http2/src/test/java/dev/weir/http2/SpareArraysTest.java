package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arrays for header blocks that come in pieces (A8, A14), and for much output. */
class SpareArraysTest {
  private static final int MIB = 1 << 20;

  private final SpareArrays arrays = new SpareArrays();

  private List<byte[]> take(int count, int length) {
    var taken = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      taken.add(arrays.take(length));
    }
    return taken;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1024",
    "1024, 1024",
    "1025, 2048",
    "131073, 262144",
    "262144, 262144",
    "262145, 524288",
  })
  void theyHaveRoomAndAreNotMuchLarger(int length, int size) {
    assertThat(arrays.take(length)).hasSize(size);
  }

  @Test
  void whatIsGivenBackIsUsedAgain() {
    byte[] first = arrays.take(20_000);
    arrays.giveBack(first);

    assertThat(arrays.spareBytes()).isEqualTo(32 << 10);
    assertThat(arrays.take(40_000)).isNotSameAs(first);
    assertThat(arrays.take(17_000)).isSameAs(first);
    assertThat(arrays.spareBytes()).isZero();
  }

  @Test
  void soMuchIsKeptAndNoMore() {
    take(100, 256 << 10).forEach(arrays::giveBack);

    assertThat(arrays.spareBytes()).isEqualTo(8 * MIB);
  }

  @Test
  void whatIsNoneOfThemIsNotKept() {
    arrays.giveBack(ConnectionLoop.EMPTY);
    arrays.giveBack(arrays.take(MIB));

    assertThat(arrays.spareBytes()).isZero();
  }

  @Test
  void whatIsNotUsedIsForgotten() {
    take(10, 16 << 10).forEach(arrays::giveBack);
    arrays.forgetUnused();
    assertThat(arrays.spareBytes()).isEqualTo(160 << 10);

    take(3, 16 << 10).forEach(arrays::giveBack);
    arrays.forgetUnused();
    assertThat(arrays.spareBytes()).as("three at a time were used").isEqualTo(48 << 10);

    arrays.forgetUnused();
    assertThat(arrays.spareBytes()).isZero();
  }
}
