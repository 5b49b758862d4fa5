package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import dev.weir.http2.PlainHpackDecoder.Field;
import java.util.Arrays;
import java.util.List;

/**
 * F-4: what was decoded, encoded again and decoded by somebody else is the same, as on the way
 * through a gateway; with other table sizes in between.
 */
final class HpackTranscodingTarget implements FuzzTarget {

  @Override
  public void run(byte[] input) {
    HpackDecoder first = new HpackDecoder(4096);
    HpackEncoder encoder = new HpackEncoder();
    PlainHpackDecoder second = new PlainHpackDecoder();
    HeaderBlocks given = HeaderBlocks.read(input);
    for (int i = 0; i < given.blocks().size(); i++) {
      byte[] block = given.blocks().get(i);
      FieldList fields = new FieldList();
      try {
        first.decode(block, 0, block.length, fields);
      } catch (ConnectionFault fault) {
        return;
      }
      encoder.peerTableSize(given.tables().get(i));
      List<Field> arrived = second.decode(encoded(encoder, fields));
      assertThat(arrived).isEqualTo(HpackDecoderTarget.fields(fields));
      assertThat(arrived).allMatch(field -> !field.neverIndexed() || !isIn(second, field));
    }
  }

  private static boolean isIn(PlainHpackDecoder decoder, Field secret) {
    return decoder.table().contains(secret);
  }

  private static byte[] encoded(HpackEncoder encoder, FieldList fields) {
    byte[] out = new byte[fields.listBytes() + 64];
    int end = encoder.beginBlock(out, 0);
    assertThat(end).isLessThanOrEqualTo(HpackEncoder.MAX_UPDATE_BYTES);
    for (int i = 0; i < fields.size(); i++) {
      int before = end;
      end = encoder.encode(fields.get(i), out, end);
      assertThat(end - before).isLessThanOrEqualTo(HpackEncoder.maxEncodedSize(fields.get(i)));
    }
    return Arrays.copyOf(out, end);
  }
}
