package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Writes output straight into a socket, past the channel's queue, which costs a buffer, an entry
 * and a walk through the pipeline for each send. One for all connections of an event loop.
 */
final class SocketOutput {
  private static final int MOST_BYTES = 16 << 10;

  private static final ByteBufAllocator FOR_LOOPS = new UnpooledByteBufAllocator(true, true, false);

  /** BoringSSL adds less than that to a record, and takes less of one where it has no room. */
  private static final int MOST_SEALED_BYTES = MOST_BYTES + (1 << 10);

  /** Larger writes are no cheaper. */
  private static final int RECORDS_AT_ONCE = 5;

  /** Frames and payloads in turns, for as many as one read is likely to bring, and some more. */
  private static final int PIECES = 128;

  /** Made for the first socket: a loop of other channels has none, and none that nobody frees. */
  private @Nullable ByteBuf bytes;

  private @Nullable IovArray pieces;

  private @Nullable ByteBuf sealed;

  /**
   * Takes what the socket has room for off the output. The rest, and everything when the channel
   * has more before it or is none of the kind, is for the channel to send; so is an error for it to
   * find out and tell.
   *
   * @return whether what is left has to wait for its reader
   */
  boolean send(Channel channel, OutputBuffer output) {
    Socket socket = socket(channel);
    if (socket == null) {
      return false;
    }
    if (hasNothingQueued(channel)) {
      send(socket, output);
    }
    return !output.isEmpty();
  }

  private void send(Socket socket, OutputBuffer output) {
    if (isSmall(output)) {
      output.drop(write(socket, copy(output)));
    } else {
      writeInPlace(socket, output);
    }
  }

  /** Large payloads are not copied: the kernel takes all pieces from where they lie. */
  private void writeInPlace(Socket socket, OutputBuffer output) {
    IovArray listed = pieces();
    long sent;
    do {
      listed.clear();
      output.list(bytes().clear(), listed);
      sent = write(socket, listed);
      output.drop((int) sent);
    } while (sent > 0 && sent == listed.size() && !output.isEmpty());
  }

  private static long write(Socket socket, IovArray listed) {
    try {
      return listed.count() == 0
          ? 0
          : socket.writevAddresses(listed.memoryAddress(0), listed.count());
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * What waits for a slow reader must not keep a buffer that all others are read into, nor one of
   * which it is a small part: takes the piece, and gives a copy, or the same.
   */
  static ByteBuf unpinned(ByteBuf piece) {
    int length = piece.readableBytes();
    if (piece.capacity() != SharedBuffers.LARGE_BYTES && !SendQueue.isSmallPart(length, piece)) {
      return piece;
    }
    ByteBuf copy;
    try {
      copy = ByteBufAllocator.DEFAULT.directBuffer(length);
    } catch (OutOfMemoryError e) {
      // Nothing may be left out: what follows would be taken for it.
      return piece;
    }
    SendQueue.append(copy, piece, piece.readerIndex(), length);
    piece.release();
    return copy;
  }

  /**
   * The same through TLS, and for output of any size. Of what is sealed, the channel gets what the
   * socket has no room for.
   *
   * @param context of the handler for TLS
   * @return whether the channel was left as it was
   */
  boolean send(ChannelHandlerContext context, BoringTls tls, OutputBuffer output) {
    Socket socket = tls.isOpen() ? idleSocket(context.channel()) : null;
    while (socket != null && !output.isEmpty()) {
      ByteBuf records = seal(context, tls, output);
      if (!records.isReadable()) {
        return true;
      }
      records.skipBytes(write(socket, records));
      if (records.isReadable()) {
        queue(context, records);
        return false;
      }
    }
    return true;
  }

  /** Takes as much off the output as there is room for; nothing is sealed when TLS has ended. */
  private ByteBuf seal(ChannelHandlerContext context, BoringTls tls, OutputBuffer output) {
    ByteBuf records = sealed().clear();
    try {
      int taken = 1;
      while (taken > 0 && !output.isEmpty() && records.writableBytes() >= MOST_SEALED_BYTES) {
        taken = tls.seal(record(output), MOST_BYTES, records);
        output.drop(taken);
      }
    } catch (SSLException e) {
      context.fireExceptionCaught(e);
    }
    // Who heard of it may have closed the socket, whose number others may have by now.
    return context.channel().isActive() ? records : records.clear();
  }

  /** What a record is made of, in one piece. */
  private ByteBuf record(OutputBuffer output) {
    ByteBuf first = output.largeFirst(MOST_BYTES);
    return first != null && first.hasMemoryAddress() ? first : copy(output);
  }

  /** It may be long until the socket has room for the rest of a record. */
  private static void queue(ChannelHandlerContext context, ByteBuf records) {
    try {
      ByteBuf rest = ByteBufAllocator.DEFAULT.directBuffer(records.readableBytes());
      rest.writeBytes(records, records.readerIndex(), records.readableBytes());
      context.write(rest, context.voidPromise());
    } catch (OutOfMemoryError e) {
      // Nothing can follow the half of a record that the peer has.
      context.close();
      throw e;
    }
    context.flush();
  }

  /** TLS has an end of its own, without which what came may have been cut (RFC 8446, 6.1). */
  static void end(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  private static boolean isSmall(OutputBuffer output) {
    return !output.hasPayloads() && output.size() <= MOST_BYTES;
  }

  /** The socket of a channel that has nothing to send; null for other kinds. */
  private static @Nullable Socket idleSocket(Channel channel) {
    return hasNothingQueued(channel) ? socket(channel) : null;
  }

  /** Null for channels of other kinds. */
  private static @Nullable Socket socket(Channel channel) {
    return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
        ? socket
        : null;
  }

  private ByteBuf copy(OutputBuffer output) {
    ByteBuf copy = bytes().clear();
    output.copyTo(copy);
    return copy;
  }

  private ByteBuf bytes() {
    ByteBuf made = bytes;
    if (made == null) {
      made = FOR_LOOPS.directBuffer(MOST_BYTES, MOST_BYTES);
      bytes = made;
    }
    return made;
  }

  private IovArray pieces() {
    IovArray made = pieces;
    if (made == null) {
      made = new IovArray(PIECES);
      pieces = made;
    }
    return made;
  }

  private ByteBuf sealed() {
    ByteBuf made = sealed;
    if (made == null) {
      made = FOR_LOOPS.directBuffer(RECORDS_AT_ONCE * MOST_SEALED_BYTES);
      sealed = made;
    }
    return made;
  }

  private static boolean hasNothingQueued(Channel channel) {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    return queue != null && queue.totalPendingWriteBytes() == 0;
  }

  private static int write(Socket socket, ByteBuf bytes) {
    try {
      return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException e) {
      return 0;
    }
  }
}
