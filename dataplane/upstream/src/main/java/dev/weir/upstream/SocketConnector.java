package dev.weir.upstream;

import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.ReceiveBuffers;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Opens sockets to endpoints. */
public record SocketConnector(
    EventLoop eventLoop, Class<? extends Channel> channelType, Duration timeout)
    implements Connector {

  @Override
  public ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    ChannelFuture connecting = bootstrap(handler).connect(address);
    // Without file descriptors there is no channel, and Netty reports that on a thread of its own.
    DefaultChannelPromise onLoop = new DefaultChannelPromise(connecting.channel(), eventLoop);
    connecting.addListener(done -> {
      if (eventLoop.inEventLoop()) {
        pass(done, onLoop);
      } else {
        eventLoop.execute(() -> pass(done, onLoop));
      }
    });
    return onLoop;
  }

  private static void pass(Future<?> done, DefaultChannelPromise promise) {
    if (done.isSuccess()) {
      promise.trySuccess();
    } else {
      promise.tryFailure(done.cause());
    }
  }

  private Bootstrap bootstrap(ChannelHandler handler) {
    return new Bootstrap()
        .group(eventLoop)
        .channel(channelType)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Http2ChannelHandler.WATER_MARK)
        .option(ChannelOption.RECVBUF_ALLOCATOR, ReceiveBuffers.OF_SERVERS)
        .handler(handler);
  }
}
