package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import dev.weir.http2.PlainHpackDecoder.Field;
import dev.weir.http2.PlainHpackDecoder.Refused;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * F-2: whatever the blocks, limits hold, and what is decoded, kept in the table and refused is the
 * same as with a decoder that does it plainly.
 */
final class HpackDecoderTarget implements FuzzTarget {
  private static final int[] LIST_BYTES = {64 << 10, 200, 2000, 1};
  private static final int[] FIELDS = {128, 3, 20, 1};
  private static final int[] EXCESS = {128 << 10, 10, 200, 0};
  private static final int[] TABLES = {4096, 0, 100, 2000};

  @Override
  public void run(byte[] input) {
    HeaderBlocks given = HeaderBlocks.read(input);
    int listBytes = LIST_BYTES[given.options() & 3];
    int fields = FIELDS[given.options() >> 2 & 3];
    int excess = EXCESS[given.options() >> 4 & 3];
    int tableSize = TABLES[given.options() >> 6];
    HpackDecoder decoder = new HpackDecoder(tableSize);
    decoder.limits(listBytes, fields, excess);
    PlainHpackDecoder plain = new PlainHpackDecoder();
    for (int i = 0; i < given.blocks().size(); i++) {
      if (i == 1) {
        decoder.settingAcknowledged();
        plain.bound(tableSize);
      }
      if (!decodesAlike(decoder, plain, given.blocks().get(i), new Limits(listBytes, fields))) {
        return;
      }
      checkTable(decoder.table(), plain.table());
    }
  }

  private record Limits(int listBytes, int fields) {}

  /** Whether the block is HPACK, and more blocks may follow. */
  private static boolean decodesAlike(
      HpackDecoder decoder, PlainHpackDecoder plain, byte[] block, Limits limits) {
    List<Field> sent = plainly(plain, block);
    FieldList out = new FieldList();
    boolean whole;
    try {
      whole = decoder.decode(block, 0, block.length, out);
    } catch (ConnectionFault fault) {
      checkFault(fault, sent, limits);
      return false;
    }
    if (sent == null) {
      throw new AssertionError("accepted what is not HPACK: " + out);
    }
    assertThat(whole).isEqualTo(!isOver(sent, limits));
    assertThat(out.size()).isLessThanOrEqualTo(limits.fields());
    assertThat(out.listBytes()).isLessThanOrEqualTo(limits.listBytes());
    assertThat(out.size() == sent.size()).isEqualTo(whole);
    assertThat(decoder.listSize()).isEqualTo(new HeaderListSize(bytes(sent), sent.size()));
    assertThat(fields(out)).isEqualTo(sent.subList(0, out.size()));
    return true;
  }

  private static void checkFault(ConnectionFault fault, @Nullable List<Field> sent, Limits limits) {
    if (fault.fault().errorCode() == ErrorCode.ENHANCE_YOUR_CALM) {
      assertThat(sent == null || isOver(sent, limits)).as("over a limit").isTrue();
    } else {
      assertThat(fault.fault().errorCode()).isEqualTo(ErrorCode.COMPRESSION_ERROR);
      assertThat(sent).as(fault.getMessage()).isNull();
    }
  }

  private static boolean isOver(List<Field> sent, Limits limits) {
    return sent.size() > limits.fields() || bytes(sent) > limits.listBytes();
  }

  private static long bytes(List<Field> fields) {
    return fields.stream().mapToLong(Field::size).sum();
  }

  /** What was sent; null if it is not HPACK. */
  static @Nullable List<Field> plainly(PlainHpackDecoder plain, byte[] block) {
    try {
      return plain.decode(block);
    } catch (Refused e) {
      return null;
    }
  }

  static List<Field> fields(FieldList list) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      fields.add(Field.of(list.get(i)));
    }
    return fields;
  }

  static void checkTable(DynamicTable table, List<Field> expected) {
    assertThat(table.size()).isBetween(0, table.maxSize());
    assertThat(table.count()).isEqualTo(expected.size());
    int size = 0;
    for (int age = 0; age < table.count(); age++) {
      assertThat(Field.of(table.get(age))).isEqualTo(expected.get(age));
      size += expected.get(age).size();
    }
    assertThat(table.size()).isEqualTo(size);
  }
}
