package dev.weir.demo;

import java.util.List;

/**
 * Something on the map.
 *
 * @param name empty for a place where nothing is known
 */
record Feature(String name, Point location) {

  /** What the demo knows, all of it north and west of New York. */
  static final List<Feature> MAP =
      List.of(
          at(409146138, -746188906, "Berkshire Valley Management Area Trail, Jefferson, NJ, USA"),
          at(407838351, -746143763, "Patriots Path, Mendham, NJ 07945, USA"),
          at(408122808, -743999179, "101 New Jersey 10, Whippany, NJ 07981, USA"),
          at(413628156, -749015468, "U.S. 6, Shohola, PA 18458, USA"),
          at(419999544, -740371136, "5 Conners Road, Kingston, NY 12401, USA"),
          at(414008389, -743951297, "Mid Hudson Psychiatric Center, New Hampton, NY 10958, USA"),
          at(419611318, -746524769, "287 Flugertown Road, Livingston Manor, NY 12758, USA"),
          at(406109563, -742186778, "4001 Tremley Point Road, Linden, NJ 07036, USA"),
          at(416802456, -742370183, "352 South Mountain Road, Wallkill, NY 12589, USA"),
          at(412950425, -741077389, "Bailey Turn Road, Harriman, NY 10926, USA"),
          at(412144655, -743949739, "193-199 Wawayanda Road, Hewitt, NJ 07421, USA"));

  byte[] bytes() {
    return new ProtoWriter().string(1, name).message(2, location.bytes()).bytes();
  }

  private static Feature at(int latitude, int longitude, String name) {
    return new Feature(name, new Point(latitude, longitude));
  }
}
