package dev.weir.engine;

import io.netty.handler.codec.http2.Http2Headers;

/** One stream as a peer of the gateway sees it: how far it has come, and its two windows. */
abstract class PeerStream {
  private int id;

  /** What the gateway lets the peer send. */
  int sendWindow;

  /** What the peer lets the gateway send. */
  int receiveWindow;

  /** What the peer has received and not given credit for. */
  int unreturned;

  boolean sentEnd;
  boolean receivedEnd;

  /** Whether one of both ended the stream early. */
  boolean reset;

  void begin(int streamId, int send, int receive) {
    id = streamId;
    sendWindow = send;
    receiveWindow = receive;
  }

  int id() {
    return id;
  }

  boolean isOpen() {
    return !reset && !(sentEnd && receivedEnd);
  }

  /** Whose stream it is. */
  abstract SimulatedPeer peer();

  /** Whether one of its peer's windows holds the gateway back. */
  final boolean isHeldBack() {
    return receiveWindow < peer().leastWindow() || peer().holdsBack();
  }

  /** What the gateway has not given credit for. */
  final int owed() {
    return peer().owed(this);
  }

  abstract void onHeaders(Http2Headers fields, boolean end);

  abstract void onData(Pipe from, int offset, int length, boolean end);

  abstract void onReset(int code);
}
