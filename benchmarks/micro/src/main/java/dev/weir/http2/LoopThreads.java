package dev.weir.http2;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that JMH runs benchmarks on, of the kind that event loops are: on others, Netty's
 * buffers and their slices are not kept for the next use.
 */
public final class LoopThreads extends ThreadPoolExecutor {

  /** As JMH calls it, by reflection. */
  public LoopThreads(int threads, String name) {
    super(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        new DefaultThreadFactory(name, true));
  }
}
