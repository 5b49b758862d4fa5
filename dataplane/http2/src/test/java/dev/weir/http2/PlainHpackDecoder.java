package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A second decoder of header blocks, as plain as RFC 7541 reads: nothing is remembered but the
 * table, nothing is shared, no list is too long. It keeps to {@link HpackDecoder}'s own rules where
 * that is stricter than the RFC: two size updates in a block, five octets behind an integer's
 * first.
 */
final class PlainHpackDecoder {
  private final List<Field> table = new ArrayList<>();
  private int maxSize = 4096;
  private int bound = 4096;
  private boolean updateDue;
  private byte[] block = {};
  private int at;

  /** A field as it was sent. */
  record Field(String name, String value, boolean neverIndexed) {
    static Field of(HeaderField field) {
      return new Field(field.name().toString(), field.valueText(), field.isNeverIndexed());
    }

    int size() {
      return name.length() + value.length() + 32;
    }

    String text() {
      return name + ": " + value;
    }
  }

  /** The block is not HPACK. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** The dynamic table, newest first. */
  List<Field> table() {
    return table;
  }

  /** The peer has seen that its table may not be larger. */
  void bound(int size) {
    bound = size;
    updateDue = maxSize > size;
  }

  List<Field> decode(byte[] next) {
    block = next;
    at = 0;
    List<Field> fields = new ArrayList<>();
    for (int updates = 0; at < block.length && (block[at] & 0xe0) == 0x20; updates++) {
      if (updates == 2) {
        throw new Refused("a third size update");
      }
      resize();
    }
    if (updateDue) {
      throw new Refused("no size update");
    }
    while (at < block.length) {
      fields.add(field());
    }
    return fields;
  }

  private void resize() {
    int size = integer(5);
    if (size > bound) {
      throw new Refused("size update above the bound");
    }
    maxSize = size;
    updateDue = false;
    evict();
  }

  private Field field() {
    int first = block[at];
    if ((first & 0x80) != 0) {
      return indexed(integer(7));
    }
    if ((first & 0x40) != 0) {
      Field field = literal(6, false);
      table.addFirst(field);
      evict();
      return field;
    }
    if ((first & 0x20) != 0) {
      throw new Refused("size update behind a field");
    }
    return literal(4, (first & 0x10) != 0);
  }

  private Field literal(int prefix, boolean neverIndexed) {
    int index = integer(prefix);
    String name = index == 0 ? string() : indexed(index).name();
    return new Field(name, string(), neverIndexed);
  }

  private Field indexed(int index) {
    if (index == 0 || index > StaticTable.SIZE + table.size()) {
      throw new Refused("no field at " + index);
    }
    return index <= StaticTable.SIZE
        ? Field.of(StaticTable.get(index))
        : table.get(index - StaticTable.SIZE - 1);
  }

  private void evict() {
    int size = table.stream().mapToInt(Field::size).sum();
    while (size > maxSize) {
      size -= table.removeLast().size();
    }
  }

  private String string() {
    boolean huffman = at < block.length && block[at] < 0;
    int length = integer(7);
    if (length > block.length - at) {
      throw new Refused("a string without its end");
    }
    byte[] bytes = Arrays.copyOfRange(block, at, at + length);
    at += length;
    if (huffman) {
      byte[] decoded = new byte[Huffman.maxDecodedLength(length)];
      int count = Huffman.decode(bytes, 0, length, decoded);
      if (count < 0) {
        throw new Refused("not a Huffman code");
      }
      bytes = Arrays.copyOf(decoded, count);
    }
    return new String(bytes, ISO_8859_1);
  }

  private int integer(int prefix) {
    int most = (1 << prefix) - 1;
    long value = octet() & most;
    for (int shift = 0; shift >= 0 && value >= most; shift += 7) {
      int octet = octet();
      value += (long) (octet & 0x7f) << shift;
      if (octet < 0x80) {
        break;
      }
      if (shift == 28) {
        throw new Refused("an integer of more than five octets");
      }
    }
    if (value > Integer.MAX_VALUE) {
      throw new Refused("an integer above 2^31 - 1");
    }
    return (int) value;
  }

  private int octet() {
    if (at == block.length) {
      throw new Refused("the block ends too soon");
    }
    return block[at++] & 0xff;
  }
}
