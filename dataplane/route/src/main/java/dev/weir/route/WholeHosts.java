package dev.weir.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a port whose hosts are told by patterns for all of the host, in the order in which
 * they are tried: with the most written characters first, then the longest, then by the alphabet.
 * Immutable.
 */
final class WholeHosts<A> {

  /** No name has more (RFC 1035, 2.3.4), and time grows with the length. */
  private static final int MOST_BYTES = 253;

  private final List<Place<A>> places;

  /**
   * The paths of hosts that match.
   *
   * @param host as routes name it, with expressions in braces
   */
  record Place<A>(String host, HostPattern pattern, PathTable<A> paths) {

    /** How many characters stand for themselves. */
    int written() {
      int written = 0;
      int depth = 0;
      for (int i = 0; i < host.length(); i++) {
        depth += host.charAt(i) == '{' ? 1 : 0;
        written += depth == 0 ? 1 : 0;
        depth -= host.charAt(i) == '}' ? 1 : 0;
      }
      return written;
    }
  }

  WholeHosts(List<Place<A>> places) {
    List<Place<A>> sorted = new ArrayList<>(places);
    sorted.sort(
        Comparator.comparingInt((Place<A> place) -> -place.written())
            .thenComparingInt(place -> -place.host().length())
            .thenComparing(Place::host));
    this.places = List.copyOf(sorted);
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** The paths of a host as routes name it; null for none. */
  @Nullable PathTable<A> paths(String host) {
    for (Place<A> place : places) {
      if (place.host().equals(host)) {
        return place.paths();
      }
    }
    return null;
  }

  /**
   * The action for a path by the first of these that has one.
   *
   * @param known of the host {@code authority[0, hostEnd)}; grows as far as it has to be asked
   */
  @Nullable A match(HostMatches known, byte[] authority, int hostEnd, byte[] path) {
    A action = null;
    int places = hostEnd <= MOST_BYTES ? this.places.size() : 0;
    for (int i = 0; i < places && action == null; i++) {
      Place<A> place = this.places.get(i);
      if (known.has(i, place.pattern(), authority, hostEnd)) {
        action = place.paths().longestMatch(path);
      }
    }
    return action;
  }
}
