package dev.weir.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;

/** The handlers of a connection that speaks HTTP/1.1. */
final class Http1Pipeline {
  static final int MAX_LINE_BYTES = 16 << 10;
  static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int MAX_CHUNK_BYTES = 16 << 10;

  private Http1Pipeline() {}

  static ChannelHandler[] handlers(Channel channel, Protocols protocols, int port, boolean over) {
    return new ChannelHandler[] {
      new CopiedReads(),
      new HttpServerCodec(MAX_LINE_BYTES, MAX_HEAD_BYTES, MAX_CHUNK_BYTES),
      new FlowControlHandler(),
      protocols.http1(channel, port, over)
    };
  }
}
