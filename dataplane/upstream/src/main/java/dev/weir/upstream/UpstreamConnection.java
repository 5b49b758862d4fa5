package dev.weir.upstream;

import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.PeerFault;
import dev.weir.http2.StreamHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection to an endpoint, as its pool hears it. */
final class UpstreamConnection implements ConnectionHandler {
  private final EndpointConnections owner;
  private final PingPace pingPace;
  private @Nullable ClientConnection connection;

  UpstreamConnection(EndpointConnections owner, PingPace pingPace) {
    this.owner = owner;
    this.pingPace = pingPace;
  }

  void attach(ClientConnection made) {
    connection = made;
  }

  ClientConnection connection() {
    return Objects.requireNonNull(connection);
  }

  @Override
  public void onReady() {
    owner.opened(this);
  }

  @Override
  public void onAcknowledged() {
    owner.acknowledged(this);
  }

  @Override
  public void onStreamRoom() {
    owner.roomIn(this);
    closeWhenDrained();
  }

  @Override
  public void onGoAway(int errorCode, String debug) {
    pingPace.onGoAway(errorCode, debug);
  }

  @Override
  public void onDraining() {
    owner.draining(this);
    closeWhenDrained();
  }

  /** After its GOAWAY the server waits for us to close (RFC 9113, 6.8). */
  private void closeWhenDrained() {
    ClientConnection current = connection();
    if (current.isDraining() && current.openStreams() == 0) {
      current.close(ErrorCode.NO_ERROR, "drained");
    }
  }

  @Override
  public boolean onResetsOwed() {
    return owner.resetsOwed();
  }

  @Override
  public void onFailure(Throwable cause) {
    owner.failed(cause);
  }

  @Override
  public void onPeerFault(PeerFault fault, String detail) {
    owner.peerFault(fault, detail);
  }

  @Override
  public void onClosed(boolean peerFault, String detail) {
    owner.closed(this, peerFault, detail);
  }

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
    throw new IllegalStateException("a server opens no streams");
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
    throw new IllegalStateException("a server opens no streams");
  }
}
