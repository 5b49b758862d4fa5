package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * The server's side of a connection whose peer grants all window there is. Its output is made and
 * thrown away; so its cost is that of the connection alone, without a socket.
 */
final class Peerless implements Transport {
  private static final int ALL_WINDOW = Integer.MAX_VALUE - DataReceiver.DEFAULT_WINDOW;
  private static final PooledByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

  private final ServerConnection connection;

  Peerless(ConnectionHandler handler) {
    ConnectionLoop loop = new ConnectionLoop(Runnable::run, () -> 0);
    Http2Limits limits = Http2Limits.DOWNSTREAM.with(ConductLimits.NONE);
    connection = new ServerConnection(loop, limits, handler, this);
    connection.start();
    receive(Http2Connection.PREFACE);
    receive(frame(FrameType.SETTINGS, Flags.NONE, 0, new byte[0]));
    receive(frame(FrameType.SETTINGS, Flags.ACK, 0, new byte[0]));
    receive(frame(FrameType.WINDOW_UPDATE, Flags.NONE, 0, number(ALL_WINDOW)));
  }

  ServerConnection connection() {
    return connection;
  }

  /** Takes input as a read of the socket would bring it, and drops what goes out for it. */
  int receive(ByteBuf in) {
    connection.receive(in);
    OutputBuffer output = connection.output();
    int size = output.size();
    if (!output.isEmpty()) {
      output.drainTo(BUFFERS, ByteBuf::release);
      connection.outputHandedOver();
      connection.writable(true);
    }
    if (connection.isOver()) {
      throw new IllegalStateException("the connection ended");
    }
    return size;
  }

  void receive(byte[] bytes) {
    ByteBuf in = buffer(bytes);
    receive(in);
    in.release();
  }

  @Override
  public void outputPending() {}

  @Override
  public void flushNow() {}

  @Override
  public void closeAfterFlush() {}

  /** A direct buffer with these bytes; the caller's. */
  static ByteBuf buffer(byte[] bytes) {
    return BUFFERS.directBuffer(bytes.length).writeBytes(bytes);
  }

  /** A frame (RFC 9113, 4.1). */
  static byte[] frame(int type, int flags, int id, byte[] payload) {
    return ByteBuffer.allocate(FrameReader.HEADER_BYTES + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(id)
        .put(payload)
        .array();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }
}
