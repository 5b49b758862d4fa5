package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.Tallies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The connections of one event loop to all endpoints, opened on demand. Confined to that event
 * loop, so that a call goes from its client's connection to a server's without a hand-over.
 */
public final class ConnectionPool {
  private final Dialer dialer;
  private final ConnectionLoop loop;
  private final UpstreamSettings settings;
  private final Consumer<Runnable> later;

  /** In the order of their coming, so that the same run goes the same way again. */
  private final Map<Endpoint, EndpointConnections> endpoints = new LinkedHashMap<>();

  /**
   * @param eventLoop the loop that all of this is confined to
   */
  public ConnectionPool(
      Connector connector,
      ConnectionLoop loop,
      UpstreamSettings settings,
      ScheduledExecutorService eventLoop) {
    this.dialer = new Dialer(connector, loop, settings, new Tallies<>(TlsFailure.class));
    this.loop = loop;
    this.settings = settings;
    this.later = work -> loop.paced().perform(work, eventLoop);
  }

  /**
   * Opens a stream for {@code seeker} when the input of the loop's iteration has been read, or
   * later when a connection has room.
   */
  public void open(Endpoint endpoint, StreamSeeker seeker) {
    connections(endpoint).open(seeker);
  }

  /**
   * Opens the stream of a call that waits for one here, unless no connection has room: it is open
   * afterwards or waits on.
   */
  public void openNow(Endpoint endpoint, StreamSeeker seeker) {
    connections(endpoint).hurry(seeker);
  }

  /**
   * Ends the wait of calls that got no stream in time, sends resets that were held back, ends and
   * replaces connections that are dead or worn, and lets go of endpoints that their group has
   * retired. To be called about twice a second.
   */
  public void sweep() {
    long now = loop.tick();
    for (EndpointConnections swept : new ArrayList<>(endpoints.values())) {
      swept.expire(now);
      swept.tend();
      swept.replaceWorn();
      if (swept.endpoint().isRetired() && swept.leave()) {
        endpoints.remove(swept.endpoint());
      }
    }
  }

  /** How many connections to endpoints there are. */
  public int connections() {
    return sum(EndpointConnections::size);
  }

  /** How many endpoints have connections or calls that wait for one. */
  public int endpoints() {
    return endpoints.size();
  }

  /** How often there was no TLS with an endpoint; may be read anywhere. */
  public Tallies<TlsFailure> tlsFailures() {
    return dialer.tlsFailures();
  }

  /** How many streams to endpoints are open. */
  public int openStreams() {
    return sum(EndpointConnections::openStreams);
  }

  /** How many calls wait for a stream. */
  public int waiting() {
    return sum(EndpointConnections::waiting);
  }

  private int sum(ToIntFunction<EndpointConnections> count) {
    return endpoints.values().stream().mapToInt(count).sum();
  }

  /** Closes every connection; streams on them are told that they are lost. */
  public void close() {
    new ArrayList<>(endpoints.values()).forEach(EndpointConnections::close);
  }

  private EndpointConnections connections(Endpoint endpoint) {
    EndpointConnections known = endpoints.get(endpoint);
    if (known != null) {
      return known;
    }
    EndpointConnections added = new EndpointConnections(endpoint, dialer, loop, settings, later);
    endpoints.put(endpoint, added);
    return added;
  }
}
