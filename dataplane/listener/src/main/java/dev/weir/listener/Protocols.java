package dev.weir.listener;

import dev.weir.http2.PeerFault;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** What becomes of new connections, once their protocol is known. Called on their event loops. */
public interface Protocols {

  /**
   * A handler for HTTP/2 with prior knowledge (RFC 9113, 3.3).
   *
   * @param over whether the port asks for more by now than this connection began with, so that the
   *     client is told at once to open no more streams
   */
  ChannelHandler http2(Channel channel, int port, boolean over);

  /**
   * A handler for HTTP/1.1.
   *
   * @param over the same: the first answer is the last
   */
  ChannelHandler http1(Channel channel, int port, boolean over);

  /** A client went too far before, or in HTTP/1.1, and is being told so or closed. */
  void onPeerFault(Channel channel, int port, PeerFault fault, String detail);

  /**
   * Does {@code work} on a channel now or in one of the next turns of its event loop: it may come
   * in heaps. It has to look at the state of the channel, which may have changed by then.
   */
  void perform(Channel channel, Runnable work);

  /** The same for handshakes, behind which nothing else has to wait. */
  void shakeHands(Channel channel, Runnable work);
}
