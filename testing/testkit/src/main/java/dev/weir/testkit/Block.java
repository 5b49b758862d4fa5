package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A header block written by hand (RFC 7541), legal or not: every instruction of HPACK by name, and
 * raw bytes for what is none. Each char of a name or value is one byte on the wire.
 */
public final class Block {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A block that begins with these fields as literals that go into no table. */
  public static Block of(Fields fields) {
    return new Block().raw(fields.encoded());
  }

  /** The field at this index of the static or dynamic table (6.1). */
  public Block indexed(int index) {
    return integer(0x80, 7, index);
  }

  /** The field at this index, many times over. */
  public Block indexed(int index, int times) {
    for (int i = 0; i < times; i++) {
      indexed(index);
    }
    return this;
  }

  /** A literal that goes into the dynamic table (6.2.1). */
  public Block inserted(String name, String value) {
    return integer(0x40, 6, 0).string(name).string(value);
  }

  /** A literal that goes into no table (6.2.2). */
  public Block plain(String name, String value) {
    return integer(0, 4, 0).string(name).string(value);
  }

  /** A literal that no hop may index (6.2.3). */
  public Block never(String name, String value) {
    return integer(0x10, 4, 0).string(name).string(value);
  }

  /** A change of the dynamic table's size (6.3). */
  public Block tableSize(long size) {
    return integer(0x20, 5, size);
  }

  /** A string that is not Huffman coded (5.2). */
  public Block string(String text) {
    return integer(0, 7, text.length()).raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A string whose Huffman code is given as it is. */
  public Block huffman(String hex) {
    byte[] code = HexFormat.of().parseHex(hex);
    return integer(0x80, 7, code.length).raw(code);
  }

  /** An integer behind flags, with a prefix of this many bits (5.1). */
  public Block integer(int flags, int prefixBits, long value) {
    int prefix = (1 << prefixBits) - 1;
    if (value < prefix) {
      out.write(flags | (int) value);
      return this;
    }
    out.write(flags | prefix);
    long rest = value - prefix;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write((int) (rest & 0x7f) | 0x80);
    }
    out.write((int) rest);
    return this;
  }

  public Block raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
