package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Writes header blocks by hand, legal or not. */
final class BlockWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  BlockWriter indexed(int index) {
    return integer(0x80, 7, index);
  }

  BlockWriter inserted(String name, String value) {
    return integer(0x40, 6, 0).string(name).string(value);
  }

  BlockWriter inserted(int nameIndex, String value) {
    return integer(0x40, 6, nameIndex).string(value);
  }

  BlockWriter plain(String name, String value) {
    return integer(0x00, 4, 0).string(name).string(value);
  }

  BlockWriter plain(int nameIndex, String value) {
    return integer(0x00, 4, nameIndex).string(value);
  }

  BlockWriter never(String name, String value) {
    return integer(0x10, 4, 0).string(name).string(value);
  }

  BlockWriter never(int nameIndex, String value) {
    return integer(0x10, 4, nameIndex).string(value);
  }

  BlockWriter tableSize(int size) {
    return integer(0x20, 5, size);
  }

  BlockWriter string(String text) {
    integer(0x00, 7, text.length());
    out.writeBytes(text.getBytes(ISO_8859_1));
    return this;
  }

  /** A string of Huffman coded bytes, given as they are. */
  BlockWriter huffman(String hex) {
    byte[] coded = HexFormat.of().parseHex(hex);
    integer(0x80, 7, coded.length);
    out.writeBytes(coded);
    return this;
  }

  BlockWriter integer(int flags, int prefixBits, int value) {
    int prefix = (1 << prefixBits) - 1;
    if (value < prefix) {
      out.write(flags | value);
      return this;
    }
    out.write(flags | prefix);
    int rest = value - prefix;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write((rest & 0x7f) | 0x80);
    }
    out.write(rest);
    return this;
  }

  BlockWriter raw(String hex) {
    out.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
