package dev.weir.engine;

import dev.weir.http2.Http2ChannelHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.WriteBufferWaterMark;
import java.util.SplittableRandom;

/**
 * A connection between the gateway and one of its peers: a pipe in each direction, of which any
 * number of bytes arrives at any time. The peer's socket takes only so many bytes that nobody has
 * read.
 */
final class Link implements SimulatedChannel.Cable {
  private static final WriteBufferWaterMark[] WATER_MARKS = {
    new WriteBufferWaterMark(300, 1000),
    new WriteBufferWaterMark(10_000, 20_000),
    Http2ChannelHandler.WATER_MARK
  };

  private final SplittableRandom random;
  private final SimulatedChannel channel;
  private final SimulatedPeer peer;
  private final Pipe toGateway = new Pipe();
  private final Pipe toPeer = new Pipe();
  private final int capacity;

  /** Whether the peer's machine does not read for now. */
  private boolean stalled;

  /** Nothing comes any more behind what is on its way. */
  private boolean peerSilent;

  private boolean gatewaySilent;

  /** The connection broke: behind what is on its way comes an error. */
  private boolean broken;

  private boolean gatewayGone;
  private boolean peerGone;

  Link(Simulation simulation, SimulatedPeer peer) {
    this.random = simulation.random();
    this.peer = peer;
    WriteBufferWaterMark waterMark = WATER_MARKS[random.nextInt(WATER_MARKS.length)];
    this.channel = new SimulatedChannel(this, simulation.allocator(), waterMark);
    this.capacity = 1 << (10 + random.nextInt(8));
  }

  SimulatedChannel channel() {
    return channel;
  }

  SimulatedPeer peer() {
    return peer;
  }

  Pipe toGateway() {
    return toGateway;
  }

  boolean wasConnected() {
    return channel.wasActive();
  }

  /** Whether nobody is left to hear anything. */
  boolean isOver() {
    return gatewayGone && peerGone;
  }

  /** Whether nothing is on its way that somebody will hear of. */
  boolean isIdle() {
    return (gatewayGone || !channel.isActive() || (toGateway.size() == 0 && !peerSilent))
        && (peerGone || (toPeer.size() == 0 && !gatewaySilent));
  }

  // ---- the network -----------------------------------------------------------------------------

  /** Brings the gateway up to that many bytes, or the end; whether anything happened. */
  boolean deliverToGateway(int most) {
    if (gatewayGone || !channel.isActive()) {
      return false;
    }
    int length = Math.min(most, toGateway.size());
    if (length > 0) {
      // Roomy sometimes, as buffers of sockets are: what is small in them is copied.
      int room = length + (random.nextInt(3) == 0 ? random.nextInt(20_000) : 1);
      ByteBuf in = channel.alloc().directBuffer(room);
      in.writeBytes(toGateway.bytes(), toGateway.from(), length);
      toGateway.skip(length);
      channel.receive(in);
      return true;
    }
    if (peerSilent) {
      channel.end(broken);
      return true;
    }
    return false;
  }

  /** Brings the peer up to that many bytes, or the end; whether anything happened. */
  boolean deliverToPeer(int most) {
    if (stalled || peerGone) {
      return false;
    }
    int length = Math.min(most, toPeer.size());
    if (length > 0) {
      peer.receive(toPeer, length);
      toPeer.skip(length);
      channel.roomAgain();
      return true;
    }
    if (gatewaySilent) {
      peerGone = true;
      peerSilent = true;
      peer.onEnd();
      return true;
    }
    return false;
  }

  void stall(boolean now) {
    stalled = now;
  }

  boolean isStalled() {
    return stalled;
  }

  /** The connection breaks, somewhere within the bytes that are on their way. */
  void cut() {
    toGateway.cutTo(random.nextInt(toGateway.size() + 1));
    toPeer.cutTo(0);
    broken = random.nextBoolean();
    peerGone = true;
    peerSilent = true;
  }

  /** The peer leaves; what it has sent still arrives. */
  void close() {
    toPeer.cutTo(0);
    peerGone = true;
    peerSilent = true;
  }

  // ---- the gateway's end -----------------------------------------------------------------------

  @Override
  public int take(ByteBuf output) {
    int length = output.readableBytes();
    if (peerGone) {
      return length;
    }
    int taken = Math.min(length, capacity - toPeer.size());
    if (taken > 0) {
      toPeer.write(output, taken);
    }
    return Math.max(taken, 0);
  }

  /** Writing may fail before the gateway has read that the connection broke. */
  @Override
  public boolean refusesOutput() {
    return broken && random.nextBoolean();
  }

  @Override
  public void gatewayHalfClosed() {
    peer.note("is to hear no more");
    gatewaySilent = true;
  }

  @Override
  public void gatewayClosed() {
    peer.note("is disconnected");
    gatewaySilent = true;
    gatewayGone = true;
  }
}
