package dev.weir.demo;

/** What somebody had to say about a place. */
record RouteNote(Point location, String message) {

  static RouteNote read(byte[] bytes) {
    Point location = Point.ZERO;
    String message = "";
    ProtoReader reader = new ProtoReader(bytes);
    for (int field = reader.next(); field != ProtoReader.END; field = reader.next()) {
      switch (field) {
        case 1 -> location = Point.read(reader.message());
        case 2 -> message = reader.string();
        default -> {}
      }
    }
    return new RouteNote(location, message);
  }

  byte[] bytes() {
    return new ProtoWriter().message(1, location.bytes()).string(2, message).bytes();
  }
}
