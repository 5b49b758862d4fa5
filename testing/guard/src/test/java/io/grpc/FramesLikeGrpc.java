package io.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Makes buffers where grpc-java does. */
public final class FramesLikeGrpc {
  private FramesLikeGrpc() {}

  public static ByteBuf frame() {
    return ByteBufAllocator.DEFAULT.buffer(100);
  }
}
