package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Tallies;
import io.netty.channel.ChannelFuture;
import java.util.function.Consumer;

/**
 * Opens the connections of one event loop, each by the transport of its endpoint.
 *
 * @param tlsFailures counts why there was no TLS
 */
record Dialer(
    Connector connector,
    ConnectionLoop loop,
    UpstreamSettings settings,
    Tallies<TlsFailure> tlsFailures) {

  /**
   * Begins to connect.
   *
   * @param connection hears of HTTP/2 from when it begins
   * @param onTlsFailure hears why it does not, once, on a channel that was connected
   */
  ChannelFuture dial(
      Endpoint endpoint, UpstreamConnection connection, Consumer<String> onTlsFailure) {
    Http2ChannelHandler handler =
        Http2ChannelHandler.client(
            loop, settings.limits(), connection, settings.connectTimeout().toNanos());
    connection.attach((ClientConnection) handler.connection());
    return connector.connect(
        endpoint.address(),
        endpoint.transport() instanceof TargetTls tls
            ? new TlsStart(this, tls, endpoint.address(), handler, onTlsFailure)
            : handler);
  }
}
