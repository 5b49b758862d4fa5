package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, a block is decoded or refused with a fault of the connection. */
class HpackFuzzTest {

  @Test
  void randomBytesAreDecodedOrRefused() {
    Random random = new Random(20261125);
    int refused = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] block = new byte[random.nextInt(64)];
      random.nextBytes(block);
      if (!decodes(new HpackDecoder(4096), block)) {
        refused++;
      }
    }
    assertThat(refused).isBetween(50_000, 199_000);
  }

  @Test
  void damagedBlocksAreDecodedOrRefused() {
    RandomHeaders headers = new RandomHeaders(20261125);
    Random random = headers.random();
    int decoded = 0;
    for (int connection = 0; connection < 5_000; connection++) {
      HpackEncoder encoder = new HpackEncoder();
      HpackDecoder decoder = new HpackDecoder(4096);
      decoder.limits(8192, 32, 16_384);
      boolean alive = true;
      for (int i = 0; i < 10 && alive; i++) {
        byte[] block = encode(encoder, headers.next());
        if (block.length > 0 && random.nextBoolean()) {
          block[random.nextInt(block.length)] ^= (byte) (1 << random.nextInt(8));
        }
        alive = decodes(decoder, block);
        decoded += alive ? 1 : 0;
      }
    }
    assertThat(decoded).isGreaterThan(10_000);
  }

  private static boolean decodes(HpackDecoder decoder, byte[] block) {
    FieldList fields = new FieldList();
    try {
      decoder.decode(block, 0, block.length, fields);
    } catch (ConnectionFault fault) {
      assertThat(fault.fault().errorCode())
          .isIn(ErrorCode.COMPRESSION_ERROR, ErrorCode.ENHANCE_YOUR_CALM);
      return false;
    }
    assertThat(decoder.table().size()).isBetween(0, 4096);
    return true;
  }

  private static byte[] encode(HpackEncoder encoder, List<HeaderField> fields) {
    byte[] out = new byte[1 << 16];
    int end = encoder.beginBlock(out, 0);
    for (HeaderField field : fields) {
      end = encoder.encode(field, out, end);
    }
    return Arrays.copyOf(out, end);
  }
}
