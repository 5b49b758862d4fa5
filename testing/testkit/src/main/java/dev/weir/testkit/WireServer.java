package dev.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listening port whose connections are played frame by frame. Used by one thread. */
public final class WireServer implements AutoCloseable {

  private final ServerSocket socket;
  private final List<WirePeer> accepted = new CopyOnWriteArrayList<>();

  private WireServer(int port) throws IOException {
    this.socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }

  /** Listens on a free loopback port. */
  public static WireServer listen() {
    return listen(0);
  }

  /** Listens on {@code port}. */
  public static WireServer listen(int port) {
    try {
      return new WireServer(port);
    } catch (IOException e) {
      throw new UncheckedIOException("listen on port " + port, e);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** The address as an API definition writes it. */
  public String target() {
    return "h2c://127.0.0.1:" + port();
  }

  /** Waits for a connection and says nothing on it. */
  public WirePeer acceptSilently() {
    return accept(Patience.LIMIT);
  }

  /** As {@link #acceptSilently()}, with another limit; zero waits for ever. */
  public WirePeer acceptSilently(Duration limit) {
    return accept(limit);
  }

  /** Waits for a connection, exchanges prefaces, and sends these SETTINGS. */
  public WirePeer accept(int... settings) {
    return acceptSilently().expectPreface().send(Frame.settings(settings)).expectSettings();
  }

  /** Fails when a connection comes within {@code window}. */
  public void expectNoConnection(Duration window) {
    try {
      accept(window);
    } catch (AssertionError nobodyCame) {
      return;
    }
    throw new AssertionError("expected no connection");
  }

  /** Closes the connections it has accepted; goes on to listen. */
  public void hangUp() {
    accepted.forEach(WirePeer::close);
    accepted.clear();
  }

  /** How many frames its ends of connections have sent. */
  public long framesSent() {
    return accepted.stream().mapToLong(WirePeer::framesSent).sum();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("close", e);
    }
    accepted.forEach(WirePeer::close);
  }

  private WirePeer accept(Duration limit) {
    try {
      socket.setSoTimeout((int) limit.toMillis());
      WirePeer peer = WirePeer.over(socket.accept());
      accepted.add(peer);
      return peer;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("waited " + limit.toMillis() + " ms for a connection", e);
    } catch (IOException e) {
      throw new UncheckedIOException("accept", e);
    }
  }
}
