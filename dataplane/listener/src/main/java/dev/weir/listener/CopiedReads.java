package dev.weir.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Passes on copies of what was read, of the size that it has: a decoder that keeps half of a head
 * must not keep the large buffer that it was read into.
 */
final class CopiedReads extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf read = (ByteBuf) message;
    ByteBuf copy = ByteBufAllocator.DEFAULT.buffer(read.readableBytes());
    copy.writeBytes(read);
    read.release();
    ctx.fireChannelRead(copy);
  }
}
