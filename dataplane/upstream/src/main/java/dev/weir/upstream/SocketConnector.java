package dev.weir.upstream;

import dev.weir.http2.Http2ChannelHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Opens sockets to endpoints. */
public record SocketConnector(
    EventLoop eventLoop, Class<? extends Channel> channelType, Duration timeout)
    implements Connector {

  @Override
  public ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    return new Bootstrap()
        .group(eventLoop)
        .channel(channelType)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Http2ChannelHandler.WATER_MARK)
        .option(ChannelOption.RECVBUF_ALLOCATOR, Http2ChannelHandler.RECEIVE_BUFFERS)
        .handler(handler)
        .connect(address);
  }
}
