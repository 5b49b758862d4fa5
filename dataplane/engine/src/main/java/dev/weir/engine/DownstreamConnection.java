package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Connection;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.PeerFault;
import dev.weir.http2.StreamHandler;
import dev.weir.listener.TlsClient;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a client, as the engine hears it. Confined to its event loop. */
final class DownstreamConnection implements ConnectionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DownstreamConnection.class);

  private final EngineLoop loop;
  private final int port;
  private final Http2Limits limits;
  private final SocketAddress peer;
  private final ClientAddress client;
  private final CallerCertificate certificate;
  private final CallerAddress address;
  private @Nullable Http2Connection connection;
  private boolean leaving;

  /**
   * @param port of the listener that accepted the connection
   * @param peer the client's address
   * @param tls what the client has proven to be; null without TLS
   */
  DownstreamConnection(
      EngineLoop loop, int port, Http2Limits limits, SocketAddress peer, @Nullable TlsClient tls) {
    this.loop = loop;
    this.peer = peer;
    this.limits = limits;
    this.port = port;
    this.client = loop.clientAddress(peer);
    this.certificate = new CallerCertificate(tls);
    this.address = loop.callerAddress(peer);
  }

  int port() {
    return port;
  }

  ClientAddress client() {
    return client;
  }

  CallerCertificate certificate() {
    return certificate;
  }

  CallerAddress address() {
    return address;
  }

  SocketAddress peer() {
    return peer;
  }

  /** A local connection is ready before it comes here, others later. */
  void attach(Http2Connection made) {
    connection = made;
    drainIfLate();
  }

  Http2Connection connection() {
    return Objects.requireNonNull(connection);
  }

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
    return loop.begin(this, stream, head, endStream);
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
    String detail = "the call's metadata is larger than allowed: " + size.comparedWith(limits);
    onPeerFault(PeerFault.HEADER_LIST, detail);
    ProxyError error = new ProxyError(ProxyError.Kind.HEADERS_TOO_LARGE, detail);
    boolean grpc = Fields.isGrpc(head);
    loop.count(grpc, error.kind().grpcStatus(), error.kind().httpStatus());
    loop.responder().answer(stream, error, grpc, true);
    loop.refuseUnlessAnswered(stream);
  }

  @Override
  public void onFailure(Throwable cause) {
    LOG.atError().setCause(cause).log("a client's connection failed by a fault of the gateway");
  }

  @Override
  public void onReady() {
    drainIfLate();
  }

  /** Has the client open no more streams here, as soon as it can be told. */
  void leave() {
    leaving = true;
    drainIfLate();
  }

  boolean isLeaving() {
    return leaving;
  }

  private void drainIfLate() {
    Http2Connection made = connection;
    if (made != null && made.isReady() && (leaving || loop.connections().isDraining())) {
      made.drain();
    }
  }

  @Override
  public void onPeerFault(PeerFault fault, String detail) {
    loop.peerFault(fault, peer, port, detail);
  }
}
