package dev.weir.demo;

import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Http2Limits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

/** A gRPC server on this machine's own addresses, without TLS. */
public final class DemoServer implements AutoCloseable {
  private final List<Channel> listeners;

  private final DemoLoop loop;

  private DemoServer(DemoLoop loop, List<Channel> listeners) {
    this.loop = loop;
    this.listeners = listeners;
  }

  /**
   * Starts to serve on every address that {@code localhost} has, so that whichever of them a client
   * tries, there is somebody.
   *
   * @param port 0 for any free one
   * @throws IOException when the port is taken
   */
  public static DemoServer start(DemoLoop loop, int port, Service service) throws IOException {
    ServerBootstrap bootstrap = loop.server().childHandler(new Accept(loop, service));
    List<Channel> listeners = new ArrayList<>();
    DemoServer server = new DemoServer(loop, listeners);
    int bound = port;
    for (InetAddress address : InetAddress.getAllByName("localhost")) {
      try {
        listeners.add(bind(bootstrap, new InetSocketAddress(address, bound)));
        bound = server.port();
      } catch (IOException e) {
        if (listeners.isEmpty() || !isMissing(address)) {
          server.close();
          throw e;
        }
      }
    }
    return server;
  }

  /** Where it listens. */
  public int port() {
    return ((InetSocketAddress) listeners.getFirst().localAddress()).getPort();
  }

  /** Stops accepting; the port is free afterwards. */
  @Override
  public void close() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    loop.awaitSelection();
  }

  private static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address)
      throws IOException {
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (bound.cause() != null) {
      throw new IOException("cannot listen on " + address, bound.cause());
    }
    return bound.channel();
  }

  /** Whether this machine lacks the address, whatever its host table says. */
  private static boolean isMissing(InetAddress address) throws IOException {
    return NetworkInterface.getByInetAddress(address) == null;
  }

  /** Gives each accepted connection its handler. */
  private static final class Accept extends ChannelInitializer<Channel> {
    private final DemoLoop loop;
    private final Service service;

    Accept(DemoLoop loop, Service service) {
      this.loop = loop;
      this.service = service;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              Http2ChannelHandler.server(
                  loop.connections(),
                  Http2Limits.DOWNSTREAM,
                  new ServerSide(service),
                  DemoLoop.START_TIMEOUT_NANOS));
    }
  }
}
