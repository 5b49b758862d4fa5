package dev.weir.http2;

/**
 * The core that an event loop runs on, for when it has little to do. For the thread of the loop,
 * whose core it is.
 */
public interface LoopCore {
  /**
   * Lets threads go first that wait for this core; there may be none.
   *
   * @return how many nanoseconds that took, the call itself included
   */
  long giveWay();

  /**
   * Leaves the core idle for some ten microseconds.
   *
   * @return how many nanoseconds it was
   */
  long rest();
}
