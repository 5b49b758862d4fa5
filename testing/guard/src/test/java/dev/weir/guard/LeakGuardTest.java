package dev.weir.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.grpc.FramesLikeGrpc;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs tests that leave something behind, each its own thing, and reads what they fail with. */
class LeakGuardTest {
  private static final List<ByteBuf> KEPT = new ArrayList<>();

  @BeforeAll
  static void waitInVainForAMomentOnly() {
    LeakGuard.limit = Duration.ofMillis(500);
  }

  @AfterAll
  static void waitAsUsual() {
    LeakGuard.limit = LeakGuard.LIMIT;
  }

  @Test
  void failsATestThatKeepsABuffer() {
    assertThat(failures(Keeps.class))
        .hasSize(3)
        .allMatch(failure -> failure.contains("1 buffers not released"))
        .anyMatch(failure -> failure.startsWith("Keeps.pooled() left behind"))
        .anyMatch(failure -> failure.startsWith("Keeps.usual() left behind"))
        .anyMatch(failure -> failure.startsWith("Keeps.onlyASlice() left behind"))
        .allMatch(failure -> failure.contains("LeakGuardTest.java"));
    KEPT.forEach(ByteBuf::release);
    KEPT.clear();
  }

  static class Keeps {
    @Test
    void pooled() {
      KEPT.add(PooledByteBufAllocator.DEFAULT.buffer(100));
    }

    @Test
    void usual() {
      KEPT.add(ByteBufAllocator.DEFAULT.directBuffer(100));
    }

    @Test
    void onlyASlice() {
      ByteBuf whole = ByteBufAllocator.DEFAULT.heapBuffer(100).writeZero(100);
      KEPT.add(whole.readRetainedSlice(10));
      whole.release();
    }
  }

  @Test
  void failsAClassThatLosesABuffer() {
    assertThat(failures(Loses.class))
        .singleElement()
        .asString()
        .startsWith("Loses left behind: 1 buffers lost")
        .contains("LeakGuardTest.java");
  }

  static class Loses {
    @BeforeAll
    static void lose() {
      ByteBufAllocator.DEFAULT.buffer(100).writeByte(1);
    }

    @Test
    void isInnocent() {}
  }

  @Test
  void failsATestWithSomethingOpenInWhatItWatched() {
    assertThat(failures(LeavesOpen.class))
        .containsExactlyInAnyOrder(
            "LeavesOpen.aStream() left behind: the gateway has {streams=1}",
            "LeavesOpen.theGateway() left behind: the gateway was not closed");
  }

  static class LeavesOpen {
    @Test
    void aStream() {
      try (Watch watch =
          LeakGuard.watch("the gateway", () -> Map.of("streams", 1L, "connections", 0L))) {
        assertThat(watch).isNotNull();
      }
    }

    @Test
    void theGateway() {
      LeakGuard.watch("the gateway", () -> Map.of("streams", 0L));
    }
  }

  @Test
  void checksWhatAClassWatchesAfterEachOfItsTests() {
    assertThat(failures(OfTheClass.class))
        .containsExactlyInAnyOrder(
            "OfTheClass.leaves() left behind: the gateway has {streams=1}",
            "OfTheClass left behind: the gateway was not closed");
  }

  static class OfTheClass {
    private static final AtomicLong STREAMS = new AtomicLong();

    @BeforeAll
    static void start() {
      LeakGuard.watch("the gateway", () -> Map.of("streams", STREAMS.get()));
    }

    @Test
    void leaves() {
      STREAMS.set(1);
    }

    @Test
    void tidiesUp() {
      STREAMS.set(0);
    }
  }

  @Test
  void acceptsWhatEndsSoonAfterTheTest() {
    assertThat(failures(Tidy.class)).isEmpty();
  }

  static class Tidy {
    private static final ByteBuf CONSTANT = ByteBufAllocator.DEFAULT.buffer(1).writeByte(1);

    @Test
    void releases() {
      assertThat(CONSTANT.refCnt()).isOne();
      CompositeByteBuf both = ByteBufAllocator.DEFAULT.compositeBuffer();
      both.addComponent(true, ByteBufAllocator.DEFAULT.buffer(1).writeByte(1));
      both.addComponent(true, Unpooled.wrappedBuffer(new byte[1]));
      both.release();
    }

    @Test
    void releasesOnAnotherThreadInAMoment() {
      ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(1);
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(buffer::release);
    }

    @Test
    void endsInAMoment() {
      AtomicLong open = new AtomicLong(1);
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(() -> open.set(0));
      try (Watch watch = LeakGuard.watch("it", () -> Map.of("streams", open.get()))) {
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  void acceptsWhatGrpcJavaKeepsOfItsOwn() {
    assertThat(failures(KeptByGrpc.class)).isEmpty();
    KEPT.forEach(ByteBuf::release);
    KEPT.clear();
  }

  static class KeptByGrpc {
    @Test
    void frames() {
      KEPT.add(FramesLikeGrpc.frame());
    }
  }

  @Test
  void leavesATestThatFailsByItselfAlone() {
    assertThat(failures(Fails.class)).containsExactly("its own failure");
    KEPT.forEach(ByteBuf::release);
    KEPT.clear();
  }

  static class Fails {
    @Test
    void inTheMiddle() {
      KEPT.add(ByteBufAllocator.DEFAULT.buffer(1));
      LeakGuard.watch("the gateway", () -> Map.of("streams", 1L));
      throw new AssertionError("its own failure");
    }
  }

  /** The messages of all tests and containers that failed. */
  private static List<String> failures(Class<?> type) {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
            .selectors(selectClass(type))
            .execute();
    return results.allEvents().finished().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class).getThrowable())
        .flatMap(thrown -> thrown.stream())
        .flatMap(thrown -> Stream.of(String.valueOf(thrown.getMessage())))
        .toList();
  }
}
