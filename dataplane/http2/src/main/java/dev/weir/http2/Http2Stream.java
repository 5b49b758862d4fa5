package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection, for its user. Confined to the connection's event loop.
 *
 * <pre>
 *            open ---- local end ----> half-closed (local)
 *              |                              |
 *         remote end                     remote end
 *              v                              v
 *     half-closed (remote) -- local end --> closed      a reset closes from everywhere
 * </pre>
 *
 * (RFC 9113, 5.1; idle streams have no object, reserved ones do not exist without push)
 */
public final class Http2Stream {
  private Http2Connection connection;
  private int id;
  @Nullable StreamHandler handler;

  /** What the peer lets us send; negative after the peer shrank its initial window. */
  int sendWindow;

  /** What the peer may still send before we give credit. */
  int receiveWindow;

  /** Credit that the user gave back and that is not announced yet. */
  int unannounced;

  /** How far its window has grown beyond the usual one. */
  int windowGrowth;

  /** When credit was announced last, or the stream began. */
  long announcedNanos;

  /** What informational heads have taken so far. */
  int informationalBytes;

  boolean localEnded;
  boolean remoteEnded;
  boolean closed;
  boolean headReceived;

  /** Whether our head has gone out. */
  boolean headSent;

  /** Whether the request was HEAD, whose response has no payload. */
  boolean headRequest;

  /** Payload bytes that content-length still promises, or -1 when it promises nothing. */
  long contentLeft = -1;

  @Nullable SendQueue queue;

  /** Neighbours in the list of streams that wait for their turn to send, while {@link #ready}. */
  @Nullable Http2Stream previousReady;

  @Nullable Http2Stream nextReady;
  boolean ready;

  /** How the stream ended, until its user has been told. */
  @Nullable StreamReset untold;

  /** Whether the object waits to become another stream. */
  private boolean released;

  Http2Stream(Http2Connection connection, int id, int sendWindow, int receiveWindow) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  public int id() {
    return id;
  }

  public Http2Connection connection() {
    return connection;
  }

  /** Whether the stream can still be used: neither reset nor ended on both sides. */
  public boolean isOpen() {
    return !closed;
  }

  /** Whether the peer has ended its side. */
  public boolean isRemoteEnded() {
    return remoteEnded;
  }

  /** Whether we have ended our side, or will when what is queued has gone. */
  public boolean isLocalEnded() {
    return localEnded || (queue != null && queue.endsStream());
  }

  /** Whether the request is HEAD: its answer ends with the head (RFC 9110, 9.3.2). */
  public boolean isHeadRequest() {
    return headRequest;
  }

  /** Bytes that wait for the windows or for the connection's output. */
  public int queuedBytes() {
    return queue == null ? 0 : queue.bytes();
  }

  /** See {@link Http2Connection#peerTakes}. */
  public boolean peerTakes(FieldList fields) {
    return connection.peerTakes(fields);
  }

  /** Sends a head or trailers. The list is only read during the call. */
  public void sendHeaders(FieldList fields, boolean endStream) {
    if (closed || isLocalEnded()) {
      return;
    }
    headSent = true;
    if (queue != null) {
      // What follows payload are trailers (RFC 9113, 8.1).
      queue.endWith(fields);
      connection.loop.buffered().useHeap(queue.trailerBytes());
      return;
    }
    connection.writer.headers(id, fields, endStream);
    if (endStream) {
      connection.localEnd(this);
    }
  }

  /**
   * Sends payload: at once as far as both windows and the connection's output allow, the rest when
   * they allow it. The stream holds the rest; it tells {@link StreamHandler#onDrained} when it is
   * out.
   *
   * @param source lent for the call
   * @return how many bytes were written at once
   */
  public int sendData(ByteBuf source, int offset, int length, boolean endStream) {
    if (closed || isLocalEnded()) {
      return length;
    }
    return connection.sender.send(this, source, offset, length, endStream);
  }

  /**
   * Drops what waits to be sent: payload, and the end of the stream behind it. What is sent next
   * follows what has gone out.
   */
  public void dropUnsent() {
    connection.sender.drop(this);
  }

  /** Ends the stream with RST_STREAM; nothing is heard from it afterwards. */
  public void reset(int errorCode) {
    untold = null;
    connection.resetStream(this, errorCode, null);
  }

  /**
   * The same for a stream to a server, which served one of a client: while the server has yet to
   * hear of it, it is one of those that the client's connection and the process may have.
   */
  public void reset(int errorCode, Http2Stream client) {
    untold = null;
    connection.resetStream(this, errorCode, client.connection.debt());
  }

  /**
   * The server has answered a request that is not complete, and the rest of that is not to come.
   *
   * @param client whose request it is
   * @param mayEnd whether the server knows a request that was cut off from a whole one, or does not
   *     care, having answered; not where its payload has a length, or waits here
   */
  public void endEarly(Http2Stream client, boolean mayEnd) {
    untold = null;
    connection.endEarly(this, client.connection.debt(), mayEnd && client.contentLeft <= 0);
  }

  /** Lets the peer send that many more bytes on this stream. */
  public void returnCredit(int bytes) {
    connection.receiver.returnCredit(this, bytes);
  }

  /**
   * Hands a closed stream back: its object becomes another stream, perhaps of another connection,
   * so the caller must not keep a reference. Optional; an object that is not handed back is
   * collected.
   */
  public void release() {
    if (closed && !released) {
      released = true;
      handler = null;
      untold = null;
      connection.loop.giveBack(this);
    }
  }

  /** Tells the user how the stream ended, unless it has done with the stream meanwhile. */
  void tellReset() {
    StreamReset reset = untold;
    StreamHandler user = handler;
    untold = null;
    if (reset != null && user != null) {
      user.onReset(this, reset);
    }
  }

  /** Becomes another stream. */
  void renew(Http2Connection newConnection, int newId, int newSendWindow, int newReceiveWindow) {
    connection = newConnection;
    id = newId;
    sendWindow = newSendWindow;
    receiveWindow = newReceiveWindow;
    unannounced = 0;
    windowGrowth = 0;
    informationalBytes = 0;
    contentLeft = -1;
    localEnded = false;
    remoteEnded = false;
    headReceived = false;
    headSent = false;
    headRequest = false;
    closed = false;
    released = false;
  }
}
