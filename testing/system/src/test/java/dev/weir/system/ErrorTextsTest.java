package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The texts of the system's errors, thousands of them, are read by a thread of their own. */
@EnabledOnOs(OS.LINUX)
class ErrorTextsTest {
  @TempDir private Path folder;

  @Test
  void areReadBeforeAnEventLoopNeedsThem() {
    Path classes = folder.resolve("classes");
    var log = List.of("-Xlog:class+init=info:file=" + classes);
    try (var _ = WeirProcess.tuned(log, Map.of("weir", Map.of("transport", "epoll")))) {
      await()
          .untilAsserted(() ->
              assertThat(Files.readString(classes))
                  .containsPattern(
                      "Initializing 'io/netty/channel/unix/Errors'.* by thread \"weir-errors\""));
    }
  }
}
