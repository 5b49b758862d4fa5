package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A field section (RFC 9113 6.2) in the order it is written, duplicates kept. Immutable; each char
 * of a name or value is one byte on the wire.
 */
public record Fields(List<Field> list) {

  /** One name and value. */
  public record Field(String name, String value) {
    @Override
    public String toString() {
      return name + ": " + value;
    }
  }

  public Fields {
    list = List.copyOf(list);
  }

  /** Fields from alternating names and values. */
  public static Fields of(String... namesAndValues) {
    var list = new ArrayList<Field>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      list.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Fields(list);
  }

  /** The head of a gRPC request to {@code path}, in the order that gRPC clients use. */
  public static Fields grpcRequest(String path) {
    return of(
        ":method", "POST",
        ":scheme", "http",
        ":path", path,
        ":authority", "weir.test",
        "content-type", "application/grpc",
        "te", "trailers");
  }

  /** The head of a gRPC response. */
  public static Fields grpcResponse() {
    return of(":status", "200", "content-type", "application/grpc");
  }

  /** The trailers of a gRPC response. */
  public static Fields grpcTrailers(int status) {
    return of("grpc-status", Integer.toString(status));
  }

  /** A copy with one field more at the end. */
  public Fields with(String name, String value) {
    var longer = new ArrayList<>(list);
    longer.add(new Field(name, value));
    return new Fields(longer);
  }

  /** A copy with those fields more at the end. */
  public Fields and(Fields more) {
    var longer = new ArrayList<>(list);
    longer.addAll(more.list);
    return new Fields(longer);
  }

  /** A copy without the fields of that name. */
  public Fields without(String name) {
    return new Fields(list.stream().filter(field -> !field.name().equals(name)).toList());
  }

  /** The first value of {@code name}; fails when there is none. */
  public String get(String name) {
    List<String> values = all(name);
    if (values.isEmpty()) {
      throw new AssertionError("no field " + name + " in " + list);
    }
    return values.getFirst();
  }

  /** All values of {@code name} in order. */
  public List<String> all(String name) {
    return list.stream().filter(field -> field.name().equals(name)).map(Field::value).toList();
  }

  public boolean has(String name) {
    return !all(name).isEmpty();
  }

  /** All names in order, duplicates kept. */
  public List<String> names() {
    return list.stream().map(Field::name).toList();
  }

  /**
   * The field block, every field a literal without indexing and without Huffman coding (RFC 7541
   * 6.2.2): the plainest correct encoding, which shares no code with what it tests.
   */
  public byte[] encoded() {
    var out = new ByteArrayOutputStream();
    for (Field field : list) {
      out.write(0);
      writeString(out, field.name());
      writeString(out, field.value());
    }
    return out.toByteArray();
  }

  private static void writeString(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    writeInteger(out, bytes.length);
    out.writeBytes(bytes);
  }

  /** An integer with a prefix of 7 bits (RFC 7541 5.1). */
  private static void writeInteger(ByteArrayOutputStream out, int value) {
    if (value < 127) {
      out.write(value);
      return;
    }
    out.write(127);
    int rest = value - 127;
    while (rest >= 128) {
      out.write((rest & 127) | 128);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
