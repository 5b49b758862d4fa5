package dev.weir.guard;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something behind: what it had watched still counts something as open, or
 * a buffer of Netty's allocators is not released. Fails a class when a buffer was lost outside of
 * its tests, as Netty's leak detector sees it. JUnit registers it by itself; tests of one process
 * run one after the other.
 */
public final class LeakGuard
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /** What ends by itself has long ended by then; only a test that fails waits for so long. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(5);

  private static final List<Watch> WATCHES = new CopyOnWriteArrayList<>();
  private static final Queue<String> FINDINGS = new ConcurrentLinkedQueue<>();
  private static volatile @Nullable Span current;

  /** For the guard's own tests, which have others wait in vain. */
  static volatile Duration limit = LIMIT;

  static {
    Buffers.install();
  }

  /** One test, from its beginning to its end. */
  static final class Span {
    private final @Nullable Span outer;
    private final Set<Buffers.Use> before = new HashSet<>(Buffers.unreleased());

    Span(@Nullable Span outer) {
      this.outer = outer;
    }

    /** What was made since it began and is still there. */
    List<Buffers.Use> unreleased() {
      return Buffers.unreleased().stream().filter(use -> !before.contains(use)).toList();
    }
  }

  /**
   * Has something watched until it is closed: by the test that runs now, or by its class when none
   * runs. The counts are read after each test and have to come to zero.
   *
   * @param name for messages
   * @param counts what is open, by a word for it; called from the test's thread
   */
  public static Watch watch(String name, Supplier<Map<String, Long>> counts) {
    Watch watch = new Watch(current, name, counts);
    WATCHES.add(watch);
    return watch;
  }

  static void end(Watch watch) {
    if (WATCHES.remove(watch)) {
      check(watch);
    }
  }

  private static void check(Watch watch) {
    if (!holds(() -> watch.left().isEmpty())) {
      FINDINGS.add(watch.left());
    }
  }

  // ---- JUnit -----------------------------------------------------------------------------------

  @Override
  public void beforeAll(ExtensionContext context) {
    ByteBuf probe = ByteBufAllocator.DEFAULT.buffer(1);
    boolean counted = !Buffers.unreleased().isEmpty();
    probe.release();
    if (!counted) {
      throw new AssertionError("buffers were made before the guard came, none is counted");
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    current = new Span(current);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Span span = current;
    if (span == null) {
      return;
    }
    current = span.outer;
    if (context.getExecutionException().isPresent()) {
      // It has a failure of its own, and did not come to its end.
      WATCHES.removeIf(watch -> watch.isOf(span));
      FINDINGS.clear();
    } else {
      check(span);
      failOnFindings(context);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getEnclosingTestClasses().isEmpty()) {
      dismiss(watch -> true);
    }
    System.gc();
    tell(Buffers.takeCollected().stream().filter(LeakGuard::matters).toList(), "lost");
    failOnFindings(context);
  }

  private static void failOnFindings(ExtensionContext context) {
    List<String> found = new ArrayList<>();
    for (String next = FINDINGS.poll(); next != null; next = FINDINGS.poll()) {
      found.add(next);
    }
    if (!found.isEmpty()) {
      String who =
          context.getRequiredTestClass().getSimpleName()
              + context.getTestMethod().map(method -> "." + context.getDisplayName()).orElse("");
      throw new AssertionError(who + " left behind: " + String.join("\n", found));
    }
  }

  // ---- after a test ----------------------------------------------------------------------------

  private static void check(Span span) {
    WATCHES.forEach(LeakGuard::check);
    dismiss(watch -> watch.isOf(span));
    List<Buffers.Use> left = span.unreleased();
    if (!holds(() -> left.stream().noneMatch(LeakGuard::matters))) {
      tell(left.stream().filter(LeakGuard::matters).toList(), "not released");
    }
  }

  private static void tell(List<Buffers.Use> left, String how) {
    if (!left.isEmpty()) {
      FINDINGS.add(left.size() + " buffers " + how + ", the first:\n" + left.getFirst().records());
      Buffers.forget(left);
    }
  }

  private static void dismiss(Predicate<Watch> which) {
    WATCHES.stream().filter(which).forEach(watch -> FINDINGS.add(watch + " was not closed"));
    WATCHES.removeIf(which);
  }

  /**
   * Not what lives as long as its class, and not what grpc-java made: peers in tests are built on
   * it, and it loses what it framed for a call whose connection went away.
   */
  private static boolean matters(Buffers.Use use) {
    String records = use.records();
    return records != null
        && !records.contains(".<clinit>(")
        && !Buffers.maker(records).startsWith("io.grpc.");
  }

  private static boolean holds(Supplier<Boolean> condition) {
    if (condition.get()) {
      return true;
    }
    try {
      await().pollDelay(POLL).pollInterval(POLL).atMost(limit).until(condition::get);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }
}
