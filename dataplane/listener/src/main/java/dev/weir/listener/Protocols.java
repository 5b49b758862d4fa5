package dev.weir.listener;

import dev.weir.http2.PeerFault;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** Makes the handlers of a new connection, once its protocol is known. Called on its event loop. */
public interface Protocols {

  /** A handler for HTTP/2 with prior knowledge (RFC 9113, 3.3). */
  ChannelHandler http2(Channel channel, int port);

  /** A handler for HTTP/1.1. */
  ChannelHandler http1(Channel channel, int port);

  /** A client went too far before, or in HTTP/1.1, and is being told so or closed. */
  void onPeerFault(Channel channel, int port, PeerFault fault, String detail);
}
