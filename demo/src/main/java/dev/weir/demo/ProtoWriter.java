package dev.weir.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Writes the fields of one protobuf message. Knows the two wire types that the demo's messages have
 * (protobuf document "encoding"): a field is its number and wire type, then the value.
 *
 * <pre>
 *   tag = number &lt;&lt; 3 | type     type 0: varint     type 2: length as varint, bytes
 * </pre>
 */
final class ProtoWriter {
  static final int VARINT = 0;
  static final int BYTES = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An int32; a zero is left out, as proto3 does. */
  ProtoWriter int32(int field, int value) {
    if (value != 0) {
      varint(field << 3 | VARINT);
      varint(value);
    }
    return this;
  }

  /** A text; an empty one is left out, as proto3 does. */
  ProtoWriter string(int field, String value) {
    return value.isEmpty() ? this : message(field, value.getBytes(UTF_8));
  }

  /** A message inside of this one. */
  ProtoWriter message(int field, byte[] message) {
    varint(field << 3 | BYTES);
    varint(message.length);
    out.writeBytes(message);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Seven bits a byte, lowest first; a negative int32 has ten bytes. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
