package dev.weir.demo;

/** A part of the map between two opposite corners. */
record Rectangle(Point lo, Point hi) {

  static Rectangle read(byte[] message) {
    Point lo = Point.ZERO;
    Point hi = Point.ZERO;
    ProtoReader reader = new ProtoReader(message);
    for (int field = reader.next(); field != ProtoReader.END; field = reader.next()) {
      switch (field) {
        case 1 -> lo = Point.read(reader.message());
        case 2 -> hi = Point.read(reader.message());
        default -> {}
      }
    }
    return new Rectangle(lo, hi);
  }

  boolean contains(Point point) {
    return isBetween(lo.latitude(), point.latitude(), hi.latitude())
        && isBetween(lo.longitude(), point.longitude(), hi.longitude());
  }

  private static boolean isBetween(int end, int value, int otherEnd) {
    return Math.min(end, otherEnd) <= value && value <= Math.max(end, otherEnd);
  }
}
