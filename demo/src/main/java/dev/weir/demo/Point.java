package dev.weir.demo;

/**
 * A place on earth.
 *
 * @param latitude degrees times ten million
 * @param longitude degrees times ten million
 */
record Point(int latitude, int longitude) {
  static final Point ZERO = new Point(0, 0);
  private static final double E7_RADIANS = Math.toRadians(1e-7);
  private static final int EARTH_RADIUS_METRES = 6_371_000;

  static Point read(byte[] message) {
    int latitude = 0;
    int longitude = 0;
    ProtoReader reader = new ProtoReader(message);
    for (int field = reader.next(); field != ProtoReader.END; field = reader.next()) {
      switch (field) {
        case 1 -> latitude = reader.int32();
        case 2 -> longitude = reader.int32();
        default -> {}
      }
    }
    return new Point(latitude, longitude);
  }

  byte[] bytes() {
    return new ProtoWriter().int32(1, latitude).int32(2, longitude).bytes();
  }

  /** The distance over ground, by the haversine formula. */
  double metresTo(Point that) {
    double fromLatitude = latitude * E7_RADIANS;
    double toLatitude = that.latitude * E7_RADIANS;
    double halfLatitudes = Math.sin((toLatitude - fromLatitude) / 2);
    double halfLongitudes = Math.sin(((double) that.longitude - longitude) * E7_RADIANS / 2);
    double a =
        halfLatitudes * halfLatitudes
            + Math.cos(fromLatitude) * Math.cos(toLatitude) * halfLongitudes * halfLongitudes;
    return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(a));
  }
}
