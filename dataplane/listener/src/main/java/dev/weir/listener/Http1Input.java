package dev.weir.listener;

import dev.weir.http2.LoopBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Sees the input of an HTTP/1 connection before it is decoded, and so the first byte of a head, and
 * counts heads until they are whole. Confined to the event loop of the connection.
 */
final class Http1Input extends ChannelInboundHandlerAdapter {
  private final Http1Wait wait;
  private final LoopBudget buffered;
  private final Runnable onNoRoom;
  private int headBytes;

  Http1Input(Http1Wait wait, LoopBudget buffered, Runnable onNoRoom) {
    this.wait = wait;
    this.buffered = buffered;
    this.onNoRoom = onNoRoom;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    wait.onInput();
    if (wait.isForHead()) {
      int more = ((ByteBuf) message).readableBytes();
      if (!buffered.hasHeapRoom(more)) {
        ReferenceCountUtil.release(message);
        onNoRoom.run();
        return;
      }
      buffered.useHeap(more);
      headBytes += more;
    }
    ctx.fireChannelRead(message);
  }

  /** The head is whole, or will never be. */
  void headEnded() {
    buffered.useHeap(-headBytes);
    headBytes = 0;
  }
}
