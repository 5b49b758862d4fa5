package dev.weir.system;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;

/** What the threads of the gateways in this process have worked, which those of tests have not. */
final class GatewayWork {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private GatewayWork() {}

  /** The time that they spend on a core for something. Threads that end meanwhile are not in it. */
  static long nanos(Runnable something) {
    long before = nanos();
    something.run();
    return nanos() - before;
  }

  private static long nanos() {
    return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
        .filter(Objects::nonNull)
        .filter(thread -> thread.getThreadName().startsWith("weir-"))
        .mapToLong(ThreadInfo::getThreadId)
        .map(THREADS::getThreadCpuTime)
        .filter(nanos -> nanos > 0)
        .sum();
  }
}
