package dev.weir.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Connections by the hundred that say nothing. Used by one thread. */
final class Crowd implements AutoCloseable {

  private static final int LOOK_EVERY = 500;

  private final List<SocketChannel> members = new ArrayList<>();
  private final int port;
  private int closed;

  Crowd(int port) {
    this.port = port;
  }

  /**
   * Connects from an address of the loopback network, such as {@code 127.0.0.7}.
   *
   * @param perSecond how fast; a machine that is slower takes longer
   */
  Crowd connect(String from, int count, int perSecond) {
    long begun = System.nanoTime();
    for (int i = 0; i < count; i++) {
      join(from);
      if (i % LOOK_EVERY == 0) {
        closed();
      }
      long due = begun + (i + 1) * Duration.ofSeconds(1).toNanos() / perSecond;
      LockSupport.parkNanos(due - System.nanoTime());
    }
    return this;
  }

  private void join(String from) {
    SocketChannel member = open(from);
    try {
      member.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      member.configureBlocking(false);
      members.add(member);
    } catch (SocketException reset) {
      close(member);
      closed++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SocketChannel open(String from) {
    try {
      SocketChannel member = SocketChannel.open();
      member.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
      return member;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many the other side has closed by now; they give back their file descriptors here. */
  int closed() {
    int before = members.size();
    members.removeIf(Crowd::isClosed);
    closed += before - members.size();
    return closed;
  }

  private static boolean isClosed(SocketChannel member) {
    boolean open;
    try {
      open = member.read(ByteBuffer.allocate(1)) >= 0;
    } catch (IOException reset) {
      open = false;
    }
    if (!open) {
      close(member);
    }
    return !open;
  }

  @Override
  public void close() {
    members.forEach(Crowd::close);
    members.clear();
  }

  private static void close(SocketChannel member) {
    try {
      member.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
