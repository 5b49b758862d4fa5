package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(10)
class LogWriterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final LoggerContext context = new LoggerContext();

  @Test
  void writesInOrderAndFlushesAtTheEnd() {
    var out = new ByteArrayOutputStream();
    LogWriter writer = started(out, 1000);

    for (int i = 0; i < 600; i++) {
      writer.doAppend(event("line " + i));
    }
    writer.stop(PATIENCE);

    assertThat(out.toString(UTF_8).lines()).hasSize(600).last().asString().contains("line 599");
    assertThat(writer.lost()).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void countsWhatAFullDiskRefuses() throws IOException {
    try (var full = new FileOutputStream("/dev/full")) {
      LogWriter writer = started(full, 1000);

      for (int i = 0; i < 500; i++) {
        writer.doAppend(event("line " + i));
      }
      writer.stop(PATIENCE);

      assertThat(writer.lost()).isEqualTo(500);
    }
  }

  @Test
  void neverWaitsForAReaderThatStopped() {
    var stuck = new StuckStream();
    LogWriter writer = started(stuck, 10);

    for (int i = 0; i < 1000; i++) {
      writer.doAppend(event("line " + i));
    }

    assertThat(writer.lost()).isBetween(700L, 990L);
    stuck.release.countDown();
    writer.stop(PATIENCE);
  }

  @Test
  void givesUpAStuckReaderWhenItStops() {
    var stuck = new StuckStream();
    LogWriter writer = started(stuck, 10);
    writer.doAppend(event("line"));

    writer.stop(Duration.ofMillis(50));

    assertThat(writer.isStarted()).isFalse();
    stuck.release.countDown();
  }

  @Test
  void saysHowManyLinesAreMissing() {
    var out = new Recovering();
    LogWriter writer = started(out, 1000);

    writer.doAppend(event("before"));
    out.awaitFailure();
    writer.doAppend(event("after"));
    writer.stop(PATIENCE);

    assertThat(out.written.toString(UTF_8).lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("\"warn\"", "1 log lines are missing here"),
            second -> assertThat(second).contains("after"));
  }

  @Test
  void losesOnlyTheLineOfAnObjectThatCannotBePrinted() {
    var out = new ByteArrayOutputStream();
    LogWriter writer = started(out, 100);
    LoggingEvent broken = event("broken");
    broken.addKeyValuePair(new org.slf4j.event.KeyValuePair("value", new Unprintable()));

    writer.doAppend(broken);
    writer.doAppend(event("whole"));
    writer.stop(PATIENCE);

    assertThat(out.toString(UTF_8)).contains("whole").doesNotContain("broken");
    assertThat(writer.lost()).isEqualTo(1);
  }

  private LogWriter started(OutputStream out, int queueEvents) {
    LogWriter writer = new LogWriter(new JsonLine(), out, queueEvents);
    writer.setContext(context);
    writer.start();
    return writer;
  }

  private LoggingEvent event(String message) {
    return new LoggingEvent("", context.getLogger("test"), Level.INFO, message, null, null);
  }

  private static final class StuckStream extends OutputStream {
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    public void write(int b) throws IOException {
      try {
        // As a write to a pipe that nobody empties, this cannot be interrupted.
        boolean released = false;
        while (!released) {
          try {
            release.await();
            released = true;
          } catch (InterruptedException e) {
            // Still stuck.
          }
        }
      } catch (RuntimeException e) {
        throw new IOException(e);
      }
    }
  }

  /** Fails once, then works. */
  private static final class Recovering extends OutputStream {
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch failed = new CountDownLatch(1);

    @Override
    public void write(int b) {
      written.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (failed.getCount() > 0) {
        failed.countDown();
        throw new IOException("No space left on device");
      }
      written.write(bytes, offset, length);
    }

    void awaitFailure() {
      try {
        failed.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final class Unprintable {
    @Override
    public String toString() {
      throw new IllegalStateException("no");
    }
  }
}
