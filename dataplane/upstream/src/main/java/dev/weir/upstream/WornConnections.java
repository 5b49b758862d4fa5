package dev.weir.upstream;

import dev.weir.http2.ClientConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the connections to an endpoint are worn: by as many resets as a server bears, or by so
 * many calls that identifiers run out. They are left for others, and close with the last of their
 * calls. Those may not end for hours, so there is a limit to how many connections are there: at it,
 * calls go on where resets are owed, or go to a connection that was left and owes none any more.
 * Confined to the event loop.
 */
final class WornConnections {
  /** For each connection that may take calls, two may be there that have been left. */
  private static final int FACTOR = 3;

  private final List<UpstreamConnection> usable;
  private final List<UpstreamConnection> all;
  private final int most;
  private final int wornStream;

  /**
   * @param usable those that take calls; watched, as is the other list
   * @param all those, and those that have been left
   */
  WornConnections(
      List<UpstreamConnection> usable, List<UpstreamConnection> all, UpstreamSettings settings) {
    this.usable = usable;
    this.all = all;
    this.most = FACTOR * settings.maxConnections();
    this.wornStream = settings.wornStream();
  }

  /** Whether no connection is there that calls are better off on. */
  boolean areAll() {
    for (int i = 0; i < usable.size(); i++) {
      if (!isWorn(usable.get(i).connection())) {
        return false;
      }
    }
    return true;
  }

  /** Has those take no more calls. */
  void retire() {
    for (UpstreamConnection old : List.copyOf(usable)) {
      if (isWorn(old.connection())) {
        old.connection().retire();
      }
    }
  }

  private boolean isWorn(ClientConnection connection) {
    return connection.owesResets() || connection.nextStream() >= wornStream;
  }

  /** Whether there may be another connection instead of one that is worn. */
  boolean mayBeReplaced() {
    return all.size() < most;
  }

  /**
   * Where there may be no other connection: one that was left, and takes calls again; or null. The
   * next one to be asked for is another, as far as there is one.
   */
  @Nullable UpstreamConnection recovered() {
    if (mayBeReplaced()) {
      return null;
    }
    for (UpstreamConnection one : all) {
      ClientConnection connection = one.connection();
      if (!usable.contains(one)
          && connection.isAcknowledged()
          && !isWorn(connection)
          && connection.reopen()) {
        all.remove(one);
        all.add(one);
        return one;
      }
    }
    return null;
  }

  /**
   * The connection that has to go as there are too many: of those that were left with debts, the
   * one with the fewest calls; or null.
   */
  @Nullable UpstreamConnection excess() {
    UpstreamConnection least = null;
    if (all.size() > most) {
      for (UpstreamConnection one : all) {
        if (one.connection().owesResets()
            && !usable.contains(one)
            && (least == null
                || one.connection().openStreams() < least.connection().openStreams())) {
          least = one;
        }
      }
    }
    return least;
  }
}
