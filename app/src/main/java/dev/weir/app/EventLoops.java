package dev.weir.app;

import dev.weir.http2.GatheringIo;
import dev.weir.http2.LoopCore;
import dev.weir.http2.LoopTurns;
import dev.weir.http2.TimedIo;
import dev.weir.model.GatewayConfig.WeirOptions;
import dev.weir.model.Transport;
import io.netty.channel.Channel;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The event loops of a gateway and the kinds of sockets they carry.
 *
 * @param turns how long those of each took
 */
record EventLoops(
    EventLoopGroup group,
    Class<? extends Channel> channelType,
    Class<? extends ServerChannel> serverChannelType,
    String transport,
    List<LoopTurns> turns) {

  /** What the names of their threads begin with. */
  static final String THREADS = "weir-loop";

  /**
   * Sockets that a loop serves before it turns to what comes of them. When connections by the
   * thousand end at once others wait for so many of them, and not for all.
   */
  private static final int SOCKETS_AT_ONCE = 128;

  /** The kernel may make 50 µs more of it. */
  private static final long REST_NANOS = 10_000;

  /** The core of whichever loop asks. */
  private static final LoopCore CORE =
      new LoopCore() {
        @Override
        @SuppressWarnings("ThreadPriorityCheck") // the scheduler's answer is what is wanted
        public long giveWay() {
          long from = System.nanoTime();
          Thread.yield();
          return System.nanoTime() - from;
        }

        @Override
        public long rest() {
          long from = System.nanoTime();
          LockSupport.parkNanos(REST_NANOS);
          return System.nanoTime() - from;
        }
      };

  /**
   * Starts event loops.
   *
   * @throws IOException when the transport that was asked for cannot be had
   */
  static EventLoops start(WeirOptions options) throws IOException {
    int loops = options.eventLoops();
    if (loops == 0) {
      loops = Runtime.getRuntime().availableProcessors();
    }
    List<LoopTurns> turns = Stream.generate(LoopTurns::new).limit(loops).toList();
    Transport wanted = options.transport();
    if (wanted != Transport.NIO && Epoll.isAvailable()) {
      Thread.ofPlatform().daemon().name("weir-errors").start(EventLoops::readErrors);
      return new EventLoops(
          group(
              turns,
              options,
              EpollIoHandler.newFactory(SOCKETS_AT_ONCE, DefaultSelectStrategyFactory.INSTANCE)),
          EpollSocketChannel.class,
          EpollServerSocketChannel.class,
          "epoll",
          turns);
    }
    if (wanted == Transport.EPOLL) {
      throw new IOException(
          "weir.transport: epoll cannot be used on this machine (expected: auto or nio): "
              + Epoll.unavailabilityCause());
    }
    return new EventLoops(
        group(turns, options, NioIoHandler.newFactory()),
        NioSocketChannel.class,
        NioServerSocketChannel.class,
        "nio",
        turns);
  }

  /**
   * Netty asks the system for the texts of 2,048 errors when a first connection is opened, to an
   * endpoint or to the control API: 3 to 12 ms for which a loop would stand still, though nothing
   * has gone wrong. Where a loop is faster it does so itself, as ever.
   */
  private static void readErrors() {
    try {
      MethodHandles.lookup().ensureInitialized(Errors.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("it is public", e);
    }
  }

  private static EventLoopGroup group(
      List<LoopTurns> turns, WeirOptions options, IoHandlerFactory kind) {
    IoHandlerFactory timed = TimedIo.of(kind, turns.iterator()::next);
    return new MultiThreadIoEventLoopGroup(
        turns.size(),
        new DefaultThreadFactory(THREADS),
        options.gatherInput() ? GatheringIo.of(timed, CORE) : timed);
  }

  int count() {
    return turns.size();
  }
}
