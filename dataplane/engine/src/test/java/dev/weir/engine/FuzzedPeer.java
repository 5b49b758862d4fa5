package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.http2.Http2Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * The far end of one of the gateway's connections, which sends whatever it is told to. Nothing is
 * on the way for long: what it sends arrives when it is delivered, what the gateway sends at once,
 * unless it stalls.
 */
final class FuzzedPeer implements SimulatedChannel.Cable {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(5000, 10_000);

  final SimulatedChannel channel;
  final Http2Connection gateway;
  final GatewayOutput output;
  private final Pipe toGateway = new Pipe();
  private final Pipe fromGateway = new Pipe();
  private int nextStream = 1;
  private boolean stalled;
  private boolean left;
  private boolean broken;
  private boolean gatewayGone;

  FuzzedPeer(ByteBufAllocator allocator, Http2Connection gateway, boolean server) {
    this.channel = new SimulatedChannel(this, allocator, WATER_MARK);
    this.gateway = gateway;
    this.output = new GatewayOutput(server);
  }

  // ---- what it does ----------------------------------------------------------------------------

  void send(byte... bytes) {
    toGateway.write(bytes, 0, bytes.length);
  }

  void preface() {
    send(PREFACE);
  }

  void frame(int type, int flags, int id, byte... payload) {
    toGateway.write8(payload.length >>> 16);
    toGateway.write8(payload.length >>> 8);
    toGateway.write8(payload.length);
    toGateway.write8(type);
    toGateway.write8(flags);
    toGateway.write32(id);
    send(payload);
  }

  /** SETTINGS, and the acknowledgement of the gateway's, which are on their way. */
  void greet() {
    frame(FrameOutput.SETTINGS, 0, 0);
    frame(FrameOutput.SETTINGS, FrameOutput.ACK, 0);
  }

  /** Takes the identifier of the next stream. */
  int open() {
    nextStream += 2;
    return nextStream - 2;
  }

  /** One of the streams that it or the gateway has opened, the latest for 0. */
  int stream(int back) {
    int begun = output.opened().size();
    return begun > 0
        ? output.opened().get(begun - 1 - back % begun)
        : Math.max(1, nextStream - 2 - 2 * (back % Math.max(nextStream / 2, 1)));
  }

  void stall(boolean now) {
    stalled = now;
    if (!now) {
      channel.roomAgain();
    }
  }

  boolean isStalled() {
    return stalled;
  }

  /** It sends nothing more, and takes nothing. */
  void leave(boolean byBreaking) {
    left = true;
    broken |= byBreaking;
    stall(false);
  }

  // ---- what arrives ----------------------------------------------------------------------------

  /** Brings the gateway up to that many bytes, or the end; whether anything happened. */
  boolean deliver(int most) {
    if (gatewayGone || !channel.isActive()) {
      return false;
    }
    int length = Math.min(most, toGateway.size());
    if (length > 0) {
      ByteBuf in = channel.alloc().directBuffer(length);
      in.writeBytes(toGateway.bytes(), toGateway.from(), length);
      toGateway.skip(length);
      channel.receive(in);
      return true;
    }
    if (left) {
      channel.end(broken);
    }
    return left;
  }

  /** Reads what has come, and fails for what must not be. */
  void check() {
    output.read(fromGateway);
  }

  @Override
  public int take(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (stalled) {
      return 0;
    }
    if (!left) {
      fromGateway.write(bytes, length);
    }
    return length;
  }

  @Override
  public boolean refusesOutput() {
    return broken;
  }

  /** As an honest peer does, it leaves when it has heard everything. */
  @Override
  public void gatewayHalfClosed() {
    left = true;
  }

  @Override
  public void gatewayClosed() {
    gatewayGone = true;
  }
}
