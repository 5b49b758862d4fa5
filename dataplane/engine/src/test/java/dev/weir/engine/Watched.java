package dev.weir.engine;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands before one of the gateway's handlers and takes note when the gateway's code fails. */
final class Watched extends ChannelInboundHandlerAdapter {
  private final Consumer<Throwable> failures;
  private final ChannelInboundHandler handler;

  Watched(Consumer<Throwable> failures, ChannelInboundHandler handler) {
    this.failures = failures;
    this.handler = handler;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, @Nullable Throwable cause)
      throws Exception {
    if (cause != null && !(cause instanceof IOException)) {
      failures.accept(cause);
    }
    handler.exceptionCaught(context, cause);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    handler.handlerAdded(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) throws Exception {
    handler.handlerRemoved(context);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    handler.channelActive(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    handler.channelInactive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    handler.channelRead(context, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    handler.channelReadComplete(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    handler.channelWritabilityChanged(context);
  }
}
