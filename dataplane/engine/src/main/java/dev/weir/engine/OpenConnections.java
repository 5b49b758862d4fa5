package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.call.ProxyError;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.Http2Connection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of clients on one event loop, and how they are brought to their end. Confined to
 * that loop.
 */
final class OpenConnections {
  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

  /** In the order of their coming, so that the same run goes the same way again. */
  private final Set<DownstreamConnection> all = new LinkedHashSet<>();

  /** Those whose calls have yet to be asked whether they may go on. */
  private final ArrayDeque<DownstreamConnection> unasked = new ArrayDeque<>();

  private final Consumer<Runnable> later;
  private boolean askAgain;
  private boolean draining;

  /**
   * @param later does work of which there is much when there is time for it
   */
  OpenConnections(Consumer<Runnable> later) {
    this.later = later;
  }

  void add(DownstreamConnection connection) {
    all.add(connection);
  }

  void remove(DownstreamConnection connection) {
    all.remove(connection);
  }

  int size() {
    return all.size();
  }

  /** Whether connections that come now have come too late. */
  boolean isDraining() {
    return draining;
  }

  /** Connections end while they are gone through. */
  private List<DownstreamConnection> now() {
    return new ArrayList<>(all);
  }

  /** Tells all clients to open no more streams. */
  void drain() {
    draining = true;
    now().forEach(connection -> connection.connection().drain());
  }

  /** Takes clients that have not answered a drain for told. */
  void finishDrain() {
    now().forEach(connection -> connection.connection().finishDraining());
  }

  /** Tells the clients of a port to open no more streams on the connections they have there. */
  void drain(int port) {
    for (DownstreamConnection connection : now()) {
      if (connection.port() == port) {
        connection.leave();
      }
    }
  }

  /** Takes those for told whose port is drained, and who have not answered. */
  void finishLeaving() {
    for (DownstreamConnection connection : now()) {
      if (connection.isLeaving()) {
        connection.connection().finishDraining();
      }
    }
  }

  /** Ends the calls that go to one of these with a status. */
  void cut(Set<EndpointGroup> groups) {
    for (DownstreamConnection connection : now()) {
      forEachCall(
          connection,
          call -> {
            if (call.isFor(groups)) {
              call.cut(shutDown(call, "it is no longer served"));
            }
          });
    }
  }

  /**
   * Ends the calls of those whose right to them was taken away. There may be very many that have to
   * be asked: others get their turn of the event loop in between. What changes meanwhile is asked
   * for when all have been.
   */
  void endRevoked() {
    askAgain = !unasked.isEmpty();
    if (!askAgain) {
      unasked.addAll(all);
      askLater();
    }
  }

  private void askLater() {
    if (!unasked.isEmpty()) {
      later.accept(this::askNext);
    } else if (askAgain) {
      endRevoked();
    }
  }

  private void askNext() {
    try {
      forEachCall(
          unasked.remove(),
          call -> {
            ProxyError revocation = call.revocation();
            if (revocation != null) {
              call.cut(revocation);
            }
          });
    } finally {
      askLater();
    }
  }

  /** Ends what is still open: calls with a status, connections with GOAWAY. */
  void cut() {
    for (DownstreamConnection connection : now()) {
      forEachCall(connection, call -> call.cut(shutDown(call, "the gateway is shutting down")));
      connection.connection().close(ErrorCode.NO_ERROR, "the gateway is shutting down");
    }
  }

  private static ProxyError shutDown(Exchange call, String reason) {
    return call.error(ProxyError.Kind.SHUTTING_DOWN, reason + " and this call did not end in time");
  }

  /** A fault with one call costs the connection, as everywhere, and not the calls of others. */
  private static void forEachCall(DownstreamConnection connection, Consumer<Exchange> action) {
    Http2Connection http2 = connection.connection();
    try {
      http2.forEachHandler(handler -> {
        if (handler instanceof Exchange exchange) {
          action.accept(exchange);
        }
      });
    } catch (RuntimeException e) {
      connection.onFailure(e);
      close(connection);
    }
  }

  /** A call that fails may fail again when it hears that its connection is closed. */
  private static void close(DownstreamConnection connection) {
    try {
      connection.connection().close(ErrorCode.INTERNAL_ERROR, "a fault of the gateway");
    } catch (RuntimeException e) {
      connection.onFailure(e);
    }
  }

  /** What is kept for the next call on a connection is of more use to the calls that there are. */
  void dismissIdle() {
    int before = all.size();
    for (DownstreamConnection connection : now()) {
      Http2Connection http2 = connection.connection();
      if (http2.isReady() && http2.openStreams() == 0) {
        http2.finishDraining();
      }
    }
    if (all.size() < before) {
      LOG.atWarn()
          .addKeyValue("connections", before - all.size())
          .log("closed connections without calls, the gateway holds as much as it may have");
    }
  }
}
