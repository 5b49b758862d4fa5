package dev.weir.http2;

/** What carries a connection's bytes, as the connection sees it. */
interface Transport {

  /** The connection has output for the first time since the last flush. */
  void outputPending();

  /** Sends what is in the output now, because much has gathered. */
  void flushNow();

  /** Payload has to wait for the peer, on a stream on which none did. */
  default void payloadWaits() {}

  /** Does work of which there is much now or, so that others get their turn, later. */
  default void pace(Runnable work) {
    work.run();
  }

  /** How much output the peer has yet to take, as far as that is known. */
  default long waitingBytes() {
    return Long.MAX_VALUE;
  }

  /** The connection is over: send what is in the output, then close. */
  void closeAfterFlush();
}
