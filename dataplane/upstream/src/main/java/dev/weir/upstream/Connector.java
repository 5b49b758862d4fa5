package dev.weir.upstream;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;

/** Opens channels to endpoints, on the event loop that it belongs to. */
@FunctionalInterface
public interface Connector {

  /** Begins to connect; {@code handler} becomes the first handler of the channel. */
  ChannelFuture connect(InetSocketAddress address, ChannelHandler handler);
}
