package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the key 00 01 ... 0f and the inputs 00 01 ..., as the authors of SipHash publish. */
class KeyedHashTest {
  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static String hash(KeyedHash hash, byte[] input) {
    hash.hash(input);
    ByteBuffer both = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return HexFormat.of().formatHex(both.putLong(hash.low()).putLong(hash.high()).array());
  }

  @ParameterizedTest
  @CsvSource({
    "0, a3817f04ba25a8e66df67214c7550293",
    "1, da87c1d86b99af44347659119b22fc45",
    "2, 8177228da4a45dc7fca38bdef60affe4",
  })
  void isSipHash(int length, String expected) {
    KeyedHash hash = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    assertThat(hash(hash, counting(length))).isEqualTo(expected);
  }

  @Test
  void everyLengthAndEveryKeyHasItsOwn() {
    KeyedHash hash = KeyedHash.random();
    assertThat(IntStream.range(0, 100).mapToObj(i -> hash(hash, new byte[i])))
        .doesNotHaveDuplicates();
    assertThat(hash(KeyedHash.random(), new byte[9])).isNotEqualTo(hash(hash, new byte[9]));
    assertThat(hash(hash, new byte[9])).isEqualTo(hash(hash, new byte[9]));
  }
}
