package dev.weir.listener;

import dev.weir.http2.Http2ChannelHandler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The bound ports. Accepted connections are dealt out to the event loops in turn; when file
 * descriptors run out, accepting pauses for half a second and established connections go on. For
 * one thread, except for what is counted.
 */
public final class Listeners {
  private static final int BACKLOG = 4096;

  /** A half of a record waits in the buffer that it was read into, which has to be its own. */
  private static final RecvByteBufAllocator RECORDS =
      new AdaptiveRecvByteBufAllocator(512, 2 << 10, 64 << 10);

  private final EventLoopGroup eventLoops;
  private final Class<? extends ServerChannel> channelType;
  private final Protocols protocols;
  private final Connections connections;
  private final Duration firstBytes;
  private final List<Channel> bound = new ArrayList<>();
  private final List<Door> doors = new CopyOnWriteArrayList<>();

  /**
   * @param connections what all ports together may take in
   * @param firstBytes how long a connection may take to tell its protocol
   */
  public Listeners(
      EventLoopGroup eventLoops,
      Class<? extends ServerChannel> channelType,
      Protocols protocols,
      Connections connections,
      Duration firstBytes) {
    this.eventLoops = eventLoops;
    this.channelType = channelType;
    this.protocols = protocols;
    this.connections = connections;
    this.firstBytes = firstBytes;
  }

  /** The connections that these ports have taken in; for any thread. */
  public Connections connections() {
    return connections;
  }

  /** How many connections were refused for this reason so far; for any thread. */
  public long refused(ConnectionRefusal reason) {
    return doors.stream().mapToLong(door -> door.refused(reason)).sum();
  }

  /**
   * Binds an address and begins to accept.
   *
   * @param routedPort the port that calls are routed by, which may be 0 like the address's
   * @return the port that is bound
   * @throws IOException when the address cannot be bound; the message names it
   */
  public int bind(InetSocketAddress address, int routedPort) throws IOException {
    return bind(
        address,
        bootstrap(channel ->
            channel.pipeline().addLast(new FirstBytes(protocols, routedPort, firstBytes))));
  }

  /**
   * Binds an address and begins to accept TLS.
   *
   * @see #bind(InetSocketAddress, int)
   */
  public int bind(InetSocketAddress address, int routedPort, TlsPort tls) throws IOException {
    ServerBootstrap bootstrap =
        bootstrap(
                channel -> {
                  var handshake = new Handshake(protocols, routedPort, firstBytes);
                  channel.pipeline().addLast(new TlsHello(tls, handshake), handshake);
                })
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECORDS);
    return bind(address, bootstrap);
  }

  private int bind(InetSocketAddress address, ServerBootstrap bootstrap) throws IOException {
    ChannelFuture binding = bootstrap.bind(address).awaitUninterruptibly();
    Throwable cause = binding.cause();
    if (cause != null) {
      throw new IOException("port " + address.getPort() + ": " + cause.getMessage(), cause);
    }
    bound.add(binding.channel());
    return ((InetSocketAddress) binding.channel().localAddress()).getPort();
  }

  /**
   * @param begin adds the first handlers of a connection
   */
  private ServerBootstrap bootstrap(Consumer<Channel> begin) {
    Door door = new Door(connections);
    doors.add(door);
    return new ServerBootstrap()
        .group(eventLoops)
        .channel(channelType)
        .handler(door)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Http2ChannelHandler.WATER_MARK)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, Http2ChannelHandler.RECEIVE_BUFFERS)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                begin.accept(channel);
              }
            });
  }

  /** Stops accepting on every port; connections go on. */
  public void close() {
    bound.forEach(channel -> channel.close().awaitUninterruptibly());
    bound.clear();
  }
}
