package dev.weir.http2;

/**
 * The calls of a client's connection that are over here, and of which a server has yet to hear
 * ({@link OwedResets}). That works for them until then, so they are some of the streams that the
 * client may have. It outlives the connection. Confined to the event loop.
 */
final class ClientDebt {
  int calls;

  /** Whether the connection is over: then nobody waits for these calls to be. */
  boolean left;
}
