package dev.weir.testkit;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A grpc-java server on a loopback port that answers {@code weir.testkit.Echo} and remembers its
 * calls. Safe for use from any thread.
 */
public final class EchoBackend implements AutoCloseable {

  private static final int ANY_SIZE = Integer.MAX_VALUE;
  private static final int MIB = 1 << 20;

  private final Server server;
  private final Queue<SeenCall> calls = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<SeenCall> unseen = new LinkedBlockingQueue<>();

  private EchoBackend(String name, int port, UnaryOperator<NettyServerBuilder> tuning) {
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .maxInboundMessageSize(ANY_SIZE)
            .maxInboundMetadataSize(MIB)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .intercept(new CallRecorder(this::record))
            .addService(new EchoService(name));
    this.server = tuning.apply(builder).build();
  }

  /** Starts a server on a free port; its replies carry {@code name}. */
  public static EchoBackend start(String name) {
    return start(name, 0, UnaryOperator.identity());
  }

  /** Starts a server on {@code port}, as one that comes back after its death. */
  public static EchoBackend start(String name, int port) {
    return start(name, port, UnaryOperator.identity());
  }

  /** Starts a server with settings of its own, such as a limit of concurrent streams. */
  public static EchoBackend start(String name, int port, UnaryOperator<NettyServerBuilder> tuning) {
    var backend = new EchoBackend(name, port, tuning);
    try {
      backend.server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("backend " + name + " on port " + port, e);
    }
    return backend;
  }

  public int port() {
    return server.getPort();
  }

  /** The address as an API definition writes it. */
  public String target() {
    return "h2c://127.0.0.1:" + port();
  }

  /** All calls so far, in the order of their heads. */
  public List<SeenCall> calls() {
    return List.copyOf(calls);
  }

  /** The next call that has not been handed out yet; waits for it. */
  public SeenCall awaitCall() {
    return Patience.next(unseen, "a call to reach the backend");
  }

  /** Ends like a server that is being replaced: GOAWAY, open calls go on, at most {@code grace}. */
  public void drain(Duration grace) {
    server.shutdown();
    await(grace);
    server.shutdownNow();
  }

  /** Closes the port and cancels all calls. */
  @Override
  public void close() {
    server.shutdownNow();
    await(Patience.LIMIT);
  }

  private void await(Duration limit) {
    try {
      server.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void record(SeenCall call) {
    calls.add(call);
    unseen.add(call);
  }
}
