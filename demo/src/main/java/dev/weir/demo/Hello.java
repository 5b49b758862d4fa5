package dev.weir.demo;

/** {@code HelloRequest} and {@code HelloReply}, which look the same on the wire: one text. */
final class Hello {
  private static final int TEXT = 1;

  private Hello() {}

  static byte[] of(String text) {
    return new ProtoWriter().string(TEXT, text).bytes();
  }

  static String text(byte[] message) {
    String text = "";
    ProtoReader reader = new ProtoReader(message);
    for (int field = reader.next(); field != ProtoReader.END; field = reader.next()) {
      if (field == TEXT) {
        text = reader.string();
      }
    }
    return text;
  }
}
