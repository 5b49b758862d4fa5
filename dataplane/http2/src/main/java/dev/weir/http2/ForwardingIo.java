package dev.weir.http2;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;

/** What an event loop asks of its sockets, but for the turn itself, is for another handler. */
abstract class ForwardingIo implements IoHandler {
  /** For a look at what is ready, and no more. */
  static final IoHandlerContext NO_WAIT =
      new IoHandlerContext() {
        @Override
        public boolean canBlock() {
          return false;
        }

        @Override
        public long delayNanos(long now) {
          return 0;
        }

        @Override
        public long deadlineNanos() {
          return -1;
        }
      };

  final IoHandler io;

  ForwardingIo(IoHandler io) {
    this.io = io;
  }

  @Override
  public void initialize() {
    io.initialize();
  }

  @Override
  public void prepareToDestroy() {
    io.prepareToDestroy();
  }

  @Override
  public void destroy() {
    io.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return io.register(handle);
  }

  @Override
  public void wakeup() {
    io.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return io.isCompatible(handleType);
  }
}
