package dev.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A TCP hop in front of a loopback port that can be made slow, stuck or broken while it runs. Safe
 * for use from any thread; two virtual threads copy each connection.
 */
public final class FaultProxy implements AutoCloseable {

  /** Which way the bytes go. */
  public enum Direction {
    TO_TARGET,
    TO_CLIENT
  }

  private static final int CHUNK = 16 * 1024;

  private final int targetPort;
  private final Supplier<Consumer<ByteBuffer>> watchers;
  private final int port;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private ServerSocket listening;
  // Guarded by lock.
  private boolean stalled;
  private boolean swallowing;
  private long latencyNanos;
  private long bytesPerSecond = Long.MAX_VALUE;
  private final Map<Direction, Long> resetAfter = new EnumMap<>(Direction.class);

  private FaultProxy(int targetPort, Supplier<Consumer<ByteBuffer>> watchers) {
    this.targetPort = targetPort;
    this.watchers = watchers;
    this.listening = listen(0);
    this.port = listening.getLocalPort();
    acceptFrom(listening);
  }

  /** A proxy on a free loopback port that changes nothing yet. */
  public static FaultProxy to(int targetPort) {
    return watched(targetPort, () -> bytes -> {});
  }

  /**
   * The same, with a watcher for each connection that is shown what the target sends, on a thread
   * of its own.
   */
  public static FaultProxy watched(int targetPort, Supplier<Consumer<ByteBuffer>> watchers) {
    return new FaultProxy(targetPort, watchers);
  }

  public int port() {
    return port;
  }

  /** The proxy's own address as an API definition writes it. */
  public String target() {
    return "h2c://127.0.0.1:" + port;
  }

  /** The number of connections accepted so far. */
  public int connections() {
    return links.size();
  }

  /** Holds every chunk of bytes back for this long, each way. */
  public FaultProxy latency(Duration delay) {
    return set(() -> latencyNanos = delay.toNanos());
  }

  /** Lets through at most this many bytes a second, each way and for each connection. */
  public FaultProxy rate(long newBytesPerSecond) {
    return set(() -> bytesPerSecond = newBytesPerSecond);
  }

  /** Stops reading: both ends soon meet a full socket. */
  public FaultProxy stall() {
    return set(() -> stalled = true);
  }

  /** Goes on after {@link #stall}. */
  public FaultProxy resume() {
    return set(() -> stalled = false);
  }

  /** Reads and throws away, as a network that drops every packet: a half-open connection. */
  public FaultProxy swallow() {
    return set(() -> swallowing = true);
  }

  /** Resets a connection once this many of its bytes went that way. */
  public FaultProxy resetAfter(Direction direction, long bytes) {
    return set(() -> resetAfter.put(direction, bytes));
  }

  /** Closes every open connection on both sides: TCP FIN. */
  public FaultProxy cut() {
    links.forEach(link -> link.end(false));
    return this;
  }

  /** Resets every open connection on both sides: TCP RST, as after a process's death. */
  public FaultProxy reset() {
    links.forEach(link -> link.end(true));
    return this;
  }

  /** Closes the port: new connections are refused, open ones go on. */
  public FaultProxy refuse() {
    closeQuietly(listening);
    return this;
  }

  /** Opens the port again after {@link #refuse}. */
  public FaultProxy accept() {
    listening = listen(port);
    acceptFrom(listening);
    return this;
  }

  @Override
  public void close() {
    refuse();
    reset();
    resume();
  }

  private FaultProxy set(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
      return this;
    } finally {
      lock.unlock();
    }
  }

  private void acceptFrom(ServerSocket server) {
    Thread.ofVirtual()
        .name("fault-proxy-accept-" + port)
        .start(() -> {
          while (!server.isClosed()) {
            acceptOne(server);
          }
        });
  }

  private void acceptOne(ServerSocket server) {
    try {
      Socket client = server.accept();
      try {
        var link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), targetPort));
        links.add(link);
        link.start();
      } catch (IOException targetRefused) {
        closeQuietly(client);
      }
    } catch (IOException closed) {
      closeQuietly(server);
    }
  }

  private static ServerSocket listen(int port) {
    try {
      return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("listen on port " + port, e);
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception alreadyBroken) {
      // It is gone either way.
    }
  }

  /** One client connection and its twin to the target. */
  private final class Link {

    private final Socket client;
    private final Socket target;

    Link(Socket client, Socket target) throws IOException {
      this.client = client;
      this.target = target;
      client.setTcpNoDelay(true);
      target.setTcpNoDelay(true);
    }

    void start() {
      Consumer<ByteBuffer> watcher = watchers.get();
      Thread.ofVirtual().start(() -> copy(client, target, Direction.TO_TARGET, bytes -> {}));
      Thread.ofVirtual().start(() -> copy(target, client, Direction.TO_CLIENT, watcher));
    }

    void end(boolean abruptly) {
      end(client, abruptly);
      end(target, abruptly);
    }

    private static void end(Socket socket, boolean abruptly) {
      try {
        if (abruptly) {
          socket.setSoLinger(true, 0);
        }
      } catch (IOException alreadyClosed) {
        // Nothing to reset then.
      }
      closeQuietly(socket);
    }

    private void copy(Socket from, Socket to, Direction direction, Consumer<ByteBuffer> watcher) {
      var chunk = new byte[CHUNK];
      long passed = 0;
      try {
        while (true) {
          awaitGo();
          int read = from.getInputStream().read(chunk);
          if (read < 0) {
            to.shutdownOutput();
            return;
          }
          watcher.accept(ByteBuffer.wrap(chunk, 0, read));
          passed += pass(chunk, read, passed, to, direction);
        }
      } catch (IOException | InterruptedException broken) {
        end(true);
      }
    }

    /** Passes on what the faults allow; returns the number of bytes that went through. */
    private int pass(byte[] chunk, int read, long passed, Socket to, Direction direction)
        throws IOException, InterruptedException {
      pause(read);
      awaitGo();
      if (isSwallowing()) {
        return 0;
      }
      int allowed = (int) Math.min(read, limit(direction) - passed);
      to.getOutputStream().write(chunk, 0, allowed);
      if (allowed < read) {
        end(true);
      }
      return allowed;
    }
  }

  private void awaitGo() throws InterruptedException {
    lock.lock();
    try {
      while (stalled) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits as long as latency and rate ask for a chunk of this size, or until told to stall. */
  private void pause(int bytes) throws InterruptedException {
    lock.lock();
    try {
      long nanos = latencyNanos + (long) (1e9 * bytes / bytesPerSecond);
      while (nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isSwallowing() {
    lock.lock();
    try {
      return swallowing;
    } finally {
      lock.unlock();
    }
  }

  private long limit(Direction direction) {
    lock.lock();
    try {
      return resetAfter.getOrDefault(direction, Long.MAX_VALUE);
    } finally {
      lock.unlock();
    }
  }
}
