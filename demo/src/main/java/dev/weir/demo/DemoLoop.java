package dev.weir.demo;

import dev.weir.http2.ConnectionLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.TimeUnit;

/** The one event loop that all of the demo's servers and clients live on. */
public final class DemoLoop implements AutoCloseable {
  static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("weir-demo", true), NioIoHandler.newFactory());
  private final EventLoop eventLoop = group.next();
  private final ConnectionLoop connections = new ConnectionLoop(eventLoop, System::nanoTime);

  /** What connections of the loop share. */
  ConnectionLoop connections() {
    return connections;
  }

  ServerBootstrap server() {
    return new ServerBootstrap().group(group).channel(NioServerSocketChannel.class);
  }

  Bootstrap client() {
    return new Bootstrap().group(group).channel(NioSocketChannel.class);
  }

  /**
   * Waits until the loop has looked at its sockets. One that is closed goes on to take connections
   * until then, and resets them (java.nio.channels.SelectableChannel).
   */
  void awaitSelection() {
    if (eventLoop.isShuttingDown()) {
      return;
    }
    Promise<Void> looked = eventLoop.newPromise();
    // A timer that is set on the loop goes off behind the next look.
    eventLoop.execute(
        () -> eventLoop.schedule(() -> looked.setSuccess(null), 0, TimeUnit.NANOSECONDS));
    looked.awaitUninterruptibly();
  }

  /** Ends the loop and with it every connection. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
