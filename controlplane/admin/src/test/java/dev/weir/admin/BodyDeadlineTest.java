package dev.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BodyDeadlineTest {
  @Test
  void whatComesInTimeIsRead() throws IOException {
    byte[] body = {1, 2, 3};

    assertThat(BodyDeadline.read(new ByteArrayInputStream(body), 9, Duration.ofMinutes(1)))
        .isEqualTo(body);
    assertThat(BodyDeadline.read(new ByteArrayInputStream(body), 2, Duration.ofMinutes(1)))
        .containsExactly(1, 2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void whoStopsInTheMiddleIsNotWaitedForForEver() throws IOException {
    try (var in = new PipedInputStream();
        var out = new PipedOutputStream(in)) {
      out.write(1);
      out.flush();

      assertThatExceptionOfType(BodyDeadline.Late.class)
          .isThrownBy(() -> BodyDeadline.read(in, 9, Duration.ofMillis(10)));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
