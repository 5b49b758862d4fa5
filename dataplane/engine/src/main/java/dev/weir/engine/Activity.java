package dev.weir.engine;

/**
 * What is open at one moment. Once its clients have gone, nothing of it may be left but connections
 * to endpoints, and what these remember.
 *
 * @param connections of clients
 * @param streams of clients
 * @param waiting calls that wait for a stream to an endpoint
 * @param endpointConnections connections to endpoints
 * @param endpointStreams streams to endpoints
 * @param grownWindowBytes what windows have grown by, and payload that waits for its reader
 * @param bufferedBytes that wait, those on the heap twice
 */
public record Activity(
    int connections,
    long streams,
    int waiting,
    int endpointConnections,
    int endpointStreams,
    long grownWindowBytes,
    long bufferedBytes) {

  static final Activity NONE = new Activity(0, 0, 0, 0, 0, 0, 0);

  Activity plus(Activity other) {
    return new Activity(
        connections + other.connections,
        streams + other.streams,
        waiting + other.waiting,
        endpointConnections + other.endpointConnections,
        endpointStreams + other.endpointStreams,
        grownWindowBytes + other.grownWindowBytes,
        bufferedBytes + other.bufferedBytes);
  }
}
