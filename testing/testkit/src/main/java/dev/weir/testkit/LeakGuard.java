package dev.weir.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when Netty's leak detector reports a buffer that was garbage-collected without
 * being released. Needs {@code -Dio.netty.leakDetection.level=paranoid}, which the build sets.
 */
public final class LeakGuard implements BeforeAllCallback, AfterAllCallback {

  /** A collected buffer is reported when the next one is allocated, so each round does both. */
  private static final int ROUNDS = 3;

  private final List<String> reports = new CopyOnWriteArrayList<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    begin();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end();
  }

  void begin() {
    ByteBufUtil.setLeakListener((resourceType, records) -> report(records));
  }

  void end() {
    List<String> leaks = reports();
    ByteBufUtil.setLeakListener(null);
    if (!leaks.isEmpty()) {
      throw new AssertionError(leaks.size() + " leaked buffers, the first:\n" + leaks.getFirst());
    }
  }

  /**
   * Keeps a report, unless it is grpc-java that lost one of its own buffers: it does so with what
   * it framed for a call whose connection went away.
   */
  private void report(String records) {
    if (!records.contains("io.grpc.") || records.contains("dev.weir.")) {
      reports.add(records);
    }
  }

  /** Collects garbage and returns all leaks reported since the class began. */
  List<String> reports() {
    for (int round = 0; round < ROUNDS; round++) {
      System.gc();
      ByteBuf probe = PooledByteBufAllocator.DEFAULT.buffer(1);
      probe.release();
    }
    return List.copyOf(reports);
  }
}
