package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.model.ControlFiles;
import dev.weir.model.Secret;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlClientTest {
  @TempDir private Path folder;

  /** Its port is there, and nobody takes anything from it. */
  @Test
  void aGatewayThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
    var files = new ControlFiles(folder);
    try (var hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(files.socket()));
      var client = new ControlClient(files, new Secret("any"), Duration.ofMillis(10));

      assertThatExceptionOfType(ControlFailure.class)
          .isThrownBy(() -> client.ask("GET", "/tyk/reload", ""))
          .withMessageContaining("has not answered")
          .satisfies(failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED));
    }
  }
}
