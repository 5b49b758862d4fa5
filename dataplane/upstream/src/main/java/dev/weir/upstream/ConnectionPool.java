package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import dev.weir.http2.ConnectionLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The connections of one event loop to all endpoints, opened on demand. Confined to that event
 * loop, so that a call goes from its client's connection to a server's without a hand-over.
 */
public final class ConnectionPool {
  private final Connector connector;
  private final ConnectionLoop loop;
  private final UpstreamSettings settings;
  private final Map<Endpoint, EndpointConnections> endpoints = new HashMap<>();

  public ConnectionPool(Connector connector, ConnectionLoop loop, UpstreamSettings settings) {
    this.connector = connector;
    this.loop = loop;
    this.settings = settings;
  }

  /** Opens a stream for {@code seeker}, now or when a connection has room. */
  public void open(Endpoint endpoint, StreamSeeker seeker) {
    connections(endpoint).open(seeker);
  }

  /** Forgets a seeker that still waits. */
  public void cancel(Endpoint endpoint, StreamSeeker seeker) {
    connections(endpoint).cancel(seeker);
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
    EndpointConnections added = new EndpointConnections(endpoint, connector, loop, settings);
    endpoints.put(endpoint, added);
    return added;
  }
}
