package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Planted violations: the home-made parts of {@link ArchitectureTest} see what they are for. */
class ArchitectureRulesTest {

  private static final JavaClass SINNER = new ClassFileImporter().importClass(Sinner.class);
  private static final JavaClass SAINT =
      new ClassFileImporter().importClass(ArchitectureRulesTest.class);

  @Test
  void synchronizedBlocksAreSeen() {
    assertThat(ArchitectureTest.entersAMonitor(SINNER)).isTrue();
    assertThat(ArchitectureTest.entersAMonitor(SAINT)).isFalse();
  }

  @Test
  void blockingCallsAreSeen() {
    var blocking =
        SINNER.getMethodCallsFromSelf().stream()
            .filter(ArchitectureTest.blocks())
            .map(JavaCall::getName);

    assertThat(blocking).containsExactlyInAnyOrder("wait", "join", "sync");
  }

  @SuppressWarnings("unused") // Looked at as bytes only, never run.
  private static final class Sinner {

    void waitForMonitor(Object lock) throws InterruptedException {
      synchronized (lock) {
        while (lock.hashCode() == 0) {
          lock.wait();
        }
      }
    }

    String waitForFuture(CompletableFuture<String> future) {
      return future.join();
    }

    void waitForNetty(EventExecutor loop) throws InterruptedException {
      loop.terminationFuture().sync();
    }
  }
}
