package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.model.ControlFiles;
import dev.weir.model.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(30)
class ControlClientTest {
  @TempDir private Path folder;

  @Test
  void anAnswerMayComeInPieces() throws Exception {
    var files = new ControlFiles(folder);
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(files.socket()));
      var asked =
          answering(
              server,
              lines(
                  "HTTP/1.1 200 OK",
                  "Transfer-Encoding: chunked",
                  "",
                  "3",
                  "[1,",
                  "0A;a=b",
                  "2345678901",
                  "1",
                  "]",
                  "0",
                  "",
                  ""),
              lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "3", "[1,", ""));
      var client = new ControlClient(files, new Secret("any"), Duration.ofSeconds(20));

      assertThat(client.ask("GET", "/tyk/keys", "").body()).isEqualTo("[1,2345678901]");
      assertThatExceptionOfType(ControlFailure.class)
          .isThrownBy(() -> client.ask("GET", "/tyk/keys", ""))
          .withMessageContaining("cut short");
      assertThat(asked.get()).hasSize(2);
    }
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  @Test
  void aKeyIsReplacedAsItWasSeen() throws Exception {
    var files = new ControlFiles(folder);
    String conf = "{\"secret\":\"s\",\"weir\":{\"data_dir\":\"%s\"}}".formatted(folder);
    Path file = Files.writeString(folder.resolve("tyk.conf"), conf);
    Path key = Files.writeString(folder.resolve("key.json"), "{}");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(files.socket()));
      String ok = "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 2\r\n\r\n{}";
      var asked = answering(server, ok, ok);

      assertThat(update(file, key)).startsWith("the key ");
      assertThat(asked.get()).last().asString().startsWith("PUT ").contains("If-Match: \"7\"");
    }
  }

  @Test
  void whatTheGatewayCouldNotShowIsNotReplaced() throws Exception {
    var files = new ControlFiles(folder);
    String conf = "{\"secret\":\"s\",\"weir\":{\"data_dir\":\"%s\"}}".formatted(folder);
    Path file = Files.writeString(folder.resolve("tyk.conf"), conf);
    Path key = Files.writeString(folder.resolve("key.json"), "{}");
    var shown = new ControlClient.Answer(503, "{\"message\":\"locked\"}", "");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(files.socket()));
      answering(
          server,
          "HTTP/1.1 503 Any\r\nContent-Length: 20\r\n\r\n" + shown.body(),
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      var client = new ControlClient(files, new Secret("any"), Duration.ofSeconds(20));

      assertThat(update(file, key)).isEqualTo("weir: locked\n");
      assertThatExceptionOfType(ControlFailure.class)
          .isThrownBy(() -> client.replace("/tyk/apis/a", "{}", shown, false))
          .withMessage("locked");
      assertThat(client.replace("/tyk/apis/a", "{}", shown, true).status()).isEqualTo(200);
    }
  }

  /** What it prints. */
  private static String update(Path conf, Path key) {
    var printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    new CommandLine(new KeyCommand(new Terminal(out, out, false, false, Map.of())))
        .execute("update", "a", "--conf", conf.toString(), "-f", key.toString());
    return printed.toString(UTF_8);
  }

  /** One connection after the other; tells what was asked. */
  private static FutureTask<List<String>> answering(ServerSocketChannel server, String... answers) {
    var asked =
        new FutureTask<>(() -> {
          var all = new ArrayList<String>();
          for (String answer : answers) {
            try (SocketChannel connection = server.accept()) {
              all.add(request(Channels.newInputStream(connection)));
              connection.write(ByteBuffer.wrap(answer.getBytes(UTF_8)));
            }
          }
          return List.copyOf(all);
        });
    Thread.ofPlatform().daemon().start(asked);
    return asked;
  }

  /** A head and the body that it tells of. */
  private static String request(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    String length = head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
    return head + new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
  }

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
