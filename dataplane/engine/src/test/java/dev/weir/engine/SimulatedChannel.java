package dev.weir.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The gateway's socket: Netty's own machinery for output on top of a {@link Cable}. */
final class SimulatedChannel extends AbstractChannel implements DuplexChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);
  private static final SocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final Cable cable;
  private final ChannelConfig config = new DefaultChannelConfig(this);
  private boolean open = true;
  private boolean active;
  private boolean wasActive;
  private boolean outputShutdown;
  private boolean full;

  /** What the socket is plugged into. */
  interface Cable {
    /** Takes output as far as there is room; answers how much. */
    int take(ByteBuf output);

    /** Whether writing fails, because the connection broke. */
    boolean refusesOutput();

    /** The gateway sends nothing more. */
    void gatewayHalfClosed();

    /** The gateway is gone. */
    void gatewayClosed();
  }

  SimulatedChannel(Cable cable, ByteBufAllocator allocator, WriteBufferWaterMark waterMark) {
    super(null);
    this.cable = cable;
    config.setAllocator(allocator);
    config.setWriteBufferWaterMark(waterMark);
  }

  // ---- what happens to it ----------------------------------------------------------------------

  /** A connection that the other side opened, and that is registered afterwards. */
  void accepted() {
    active = true;
    wasActive = true;
  }

  void connected(ChannelPromise connecting) {
    active = true;
    wasActive = true;
    connecting.setSuccess();
    pipeline().fireChannelActive();
  }

  void notConnected(ChannelPromise connecting, IOException why) {
    connecting.setFailure(why);
    unsafe().closeForcibly();
  }

  void receive(ByteBuf in) {
    pipeline().fireChannelRead(in);
    pipeline().fireChannelReadComplete();
  }

  /** Reading came to the end, or to an error. */
  void end(boolean broken) {
    if (broken) {
      pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    }
    unsafe().close(voidPromise());
  }

  /** There is room for output again. */
  void roomAgain() {
    if (full) {
      full = false;
      ((SocketUnsafe) unsafe()).flushAgain();
    }
  }

  boolean wasActive() {
    return wasActive;
  }

  // ---- what Netty asks of it -------------------------------------------------------------------

  @Override
  protected void doWrite(ChannelOutboundBuffer output) throws IOException {
    if (cable.refusesOutput()) {
      throw new IOException("Broken pipe");
    }
    for (Object next = output.current(); next != null; next = output.current()) {
      ByteBuf bytes = (ByteBuf) next;
      if (!bytes.isReadable()) {
        output.remove();
        continue;
      }
      int taken = cable.take(bytes);
      if (taken == 0) {
        full = true;
        return;
      }
      output.removeBytes(taken);
    }
  }

  @Override
  protected void doClose() {
    open = false;
    active = false;
    cable.gatewayClosed();
  }

  @Override
  protected void doShutdownOutput() {
    outputShutdown = true;
    cable.gatewayHalfClosed();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new SocketUnsafe();
  }

  private final class SocketUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void flush0() {
      if (!full) {
        super.flush0();
      }
    }

    void flushAgain() {
      flush0();
    }
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    ((AbstractUnsafe) unsafe()).shutdownOutput(promise);
    return promise;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop instanceof SimulatedLoop;
  }

  @Override
  protected SocketAddress localAddress0() {
    return ADDRESS;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return ADDRESS;
  }

  @Override
  protected void doBeginRead() {}

  @Override
  protected void doDisconnect() {
    doClose();
  }

  // ---- what the gateway has no use for ---------------------------------------------------------

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public boolean isShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdownInput() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ChannelFuture shutdown() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    throw new UnsupportedOperationException();
  }
}
