package dev.weir.listener;

import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.ReceiveBuffers;
import dev.weir.http2.Tallies;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bound ports. Accepted connections are dealt out to the event loops in turn; when file
 * descriptors run out, accepting pauses for half a second and established connections go on. For
 * one thread, except for what is counted.
 */
public final class Listeners {
  private static final int BACKLOG = 4096;

  /** Errors of Linux that a configuration may lead to. */
  private static final int NO_PERMISSION = 13;

  private static final int ADDRESS_IN_USE = 98;
  private static final int NO_SUCH_ADDRESS = 99;

  /** A half of a record may wait in the buffer that it was read into, which has to be its own. */
  private static final RecvByteBufAllocator RECORDS =
      new AdaptiveRecvByteBufAllocator(512, 2 << 10, 64 << 10);

  private final EventLoopGroup eventLoops;
  private final Class<? extends ServerChannel> channelType;
  private final Protocols protocols;
  private final Connections connections;
  private final Duration firstBytes;

  /** By the port that calls are routed by. */
  private final Map<Integer, Listener> open = new HashMap<>();

  /** Also of ports that are open no more: what is counted never gets less. */
  private final Map<Integer, Tallies<ConnectionRefusal>> refused = new ConcurrentHashMap<>();

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
    return refused.values().stream().mapToLong(tallies -> tallies.count(reason)).sum();
  }

  /**
   * Binds an address. Whoever connects waits until the port is told to {@link #accept}.
   *
   * @param routedPort the port that calls are routed by, which may be 0 like the address's
   * @param tls null for clear text
   * @return the port that is bound
   * @throws IOException when the address cannot be bound; the message names it
   */
  public int open(InetSocketAddress address, int routedPort, @Nullable TlsPort tls)
      throws IOException {
    Listener listener = new Listener(routedPort, tls);
    ChannelFuture binding = listener.bootstrap().bind(address).awaitUninterruptibly();
    Throwable cause = binding.cause();
    if (cause != null) {
      throw new IOException("port " + address.getPort() + ": " + reason(cause, address), cause);
    }
    listener.channel = binding.channel();
    open.put(routedPort, listener);
    return ((InetSocketAddress) binding.channel().localAddress()).getPort();
  }

  /** Netty's epoll has its own function and the error's number in the message. */
  private static String reason(Throwable cause, InetSocketAddress address) {
    int error = cause instanceof NativeIoException numbered ? -numbered.expectedErr() : 0;
    return switch (error) {
      case NO_PERMISSION -> "no permission to listen there, as on ports below 1024 for most users";
      case ADDRESS_IN_USE -> "address already in use";
      case NO_SUCH_ADDRESS -> address.getHostString() + " is no address of this machine";
      default -> String.valueOf(cause.getMessage());
    };
  }

  /** Takes in those who wait at an open port, and all who come from now on; once is enough. */
  public void accept(int routedPort) {
    Listener listener = Objects.requireNonNull(open.get(routedPort));
    if (!listener.accepts) {
      listener.accepts = true;
      Objects.requireNonNull(listener.channel).config().setAutoRead(true);
    }
  }

  /** The ports that are open, as calls are routed by them. */
  public Set<Integer> ports() {
    return Set.copyOf(open.keySet());
  }

  /**
   * Has connections that an open port accepts from now on speak something else; those that it has
   * go on.
   *
   * @param tls null for clear text
   * @return whether clients have to come anew: clear text took the place of TLS, or TLS that of
   *     clear text, or some are asked for a certificate now whose handshake did not ask; those who
   *     have only begun are told by themselves
   */
  public boolean speak(int routedPort, @Nullable TlsPort tls) {
    return Objects.requireNonNull(open.get(routedPort)).spoken.exchange(tls);
  }

  /** Stops accepting on a port; connections go on. */
  public void close(int routedPort) {
    close(Objects.requireNonNull(open.remove(routedPort)));
  }

  /** Stops accepting on every port; connections go on. */
  public void close() {
    open.values().forEach(Listeners::close);
    open.clear();
  }

  private static void close(Listener listener) {
    Objects.requireNonNull(listener.channel).close().awaitUninterruptibly();
  }

  /** A port and what is spoken there. */
  private final class Listener {
    private final int routedPort;
    private final Spoken spoken;
    private @Nullable Channel channel;
    private boolean accepts;

    Listener(int routedPort, @Nullable TlsPort tls) {
      this.routedPort = routedPort;
      this.spoken = new Spoken(tls);
    }

    ServerBootstrap bootstrap() {
      var refusals =
          refused.computeIfAbsent(routedPort, _ -> new Tallies<>(ConnectionRefusal.class));
      return new ServerBootstrap()
          .group(eventLoops)
          .channel(channelType)
          .handler(new Door(connections, refusals))
          .option(ChannelOption.AUTO_READ, false)
          .option(ChannelOption.SO_BACKLOG, BACKLOG)
          .option(ChannelOption.SO_REUSEADDR, true)
          .childOption(ChannelOption.TCP_NODELAY, true)
          .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Http2ChannelHandler.WATER_MARK)
          .childOption(ChannelOption.RECVBUF_ALLOCATOR, ReceiveBuffers.OF_CLIENTS)
          .childHandler(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel accepted) {
                  begin(accepted);
                }
              });
    }

    private void begin(Channel accepted) {
      TlsPort secure = spoken.now();
      if (secure == null) {
        accepted.pipeline().addLast(new FirstBytes(protocols, routedPort, firstBytes, spoken));
      } else {
        var handshake = new Handshake(protocols, routedPort, firstBytes, spoken);
        accepted.config().setRecvByteBufAllocator(RECORDS);
        accepted.pipeline().addLast(new TlsHello(protocols, spoken, secure, handshake), handshake);
      }
    }
  }
}
