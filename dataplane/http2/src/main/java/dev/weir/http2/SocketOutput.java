package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes small output straight into a socket, past the channel's queue, which costs a buffer, an
 * entry and a walk through the pipeline for each send. One for all connections of an event loop.
 */
final class SocketOutput {
  private static final int MOST_BYTES = 16 << 10;

  private static final ByteBufAllocator FOR_LOOPS = new UnpooledByteBufAllocator(true, true, false);

  /** Made for the first socket: a loop of other channels has none, and none that nobody frees. */
  private @Nullable ByteBuf bytes;

  /**
   * Takes what the socket has room for off the output. The rest, and everything when the channel
   * has more before it or is none of the kind, is for the channel to send; so is an error for it to
   * find out and tell.
   */
  void send(Channel channel, OutputBuffer output) {
    if (output.hasPayloads()
        || output.size() > MOST_BYTES
        || !(channel instanceof UnixChannel unix)
        || !(unix.fd() instanceof Socket socket)
        || !hasNothingQueued(channel)) {
      return;
    }
    ByteBuf copy = bytes().clear();
    output.copyTo(copy);
    output.drop(write(socket, copy));
  }

  private ByteBuf bytes() {
    ByteBuf made = bytes;
    if (made == null) {
      made = FOR_LOOPS.directBuffer(MOST_BYTES, MOST_BYTES);
      bytes = made;
    }
    return made;
  }

  private static boolean hasNothingQueued(Channel channel) {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    return queue != null && queue.totalPendingWriteBytes() == 0;
  }

  private static int write(Socket socket, ByteBuf bytes) {
    try {
      return socket.sendAddress(bytes.memoryAddress(), 0, bytes.readableBytes());
    } catch (IOException e) {
      return 0;
    }
  }
}
