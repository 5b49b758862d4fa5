package dev.weir.model;

/**
 * A span of ports.
 *
 * @param from first port of the span
 * @param to last port of the span, inclusive
 */
public record PortRange(int from, int to) {

  boolean contains(int port) {
    return from <= port && port <= to;
  }
}
