package dev.weir.system;

import dev.weir.http2.PeerFault;
import dev.weir.listener.Connections;
import dev.weir.listener.Listeners;
import dev.weir.listener.Protocols;
import dev.weir.listener.ServerNames;
import dev.weir.listener.TlsPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A port that speaks TLS with no gateway behind it: who comes in gets 200 for HTTP/1.1. Made of
 * what a test builds itself, such as trust that goes by a clock of its own.
 */
final class TlsDoor implements Protocols, AutoCloseable {
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Listeners listeners =
      new Listeners(
          loops,
          NioServerSocketChannel.class,
          this,
          new Connections(100, 100),
          Duration.ofSeconds(30));
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final int port;

  TlsDoor(ServerNames names) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      port = listeners.open(address, 0, new TlsPort(true, names));
      listeners.accept(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  /** Why clients did not come in, so far. */
  List<String> faults() {
    return faults;
  }

  @Override
  public ChannelHandler http2(Channel channel, int routedPort, boolean over) {
    throw new AssertionError("nobody asked for HTTP/2");
  }

  @Override
  public ChannelHandler http1(Channel channel, int routedPort, boolean over) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
          ctx.writeAndFlush(
                  new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK))
              .addListener(ChannelFutureListener.CLOSE);
        }
        ReferenceCountUtil.release(message);
      }
    };
  }

  @Override
  public void onPeerFault(Channel channel, int routedPort, PeerFault fault, String detail) {
    faults.add(fault.label() + ": " + detail);
  }

  @Override
  public void perform(Channel channel, Runnable work) {
    work.run();
  }

  @Override
  public void shakeHands(Channel channel, Runnable work) {
    work.run();
  }

  @Override
  public void close() {
    listeners.close();
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
