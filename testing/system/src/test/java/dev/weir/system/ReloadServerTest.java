package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is served gives way to what the folder holds, and calls do not notice. */
class ReloadServerTest {
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");
  private final Api echo = Api.of("echo", one.target());

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private static Outcome call(int port) {
    try (var client = EchoClient.to(port)) {
      return client.unary("hi");
    }
  }

  private static String server(int port) {
    return call(port).reply().getServer();
  }

  private static boolean isOpen(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void anAddedApiIsServedOnConnectionsThatAreOpen() {
    try (var gateway = TestGateway.serving(echo.at("/elsewhere"));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").code()).isEqualTo(UNIMPLEMENTED);

      Reload reload = gateway.write(Api.of("more", two.target())).reload();

      assertThat(reload.added()).containsExactly("more");
      assertThat(reload.generation()).isEqualTo(2);
      assertThat(reload.isWhole()).isTrue();
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("two");
    }
  }

  /** The second is broken, unreadable, or another whole one: nobody knows which is meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"later.json | {\"api_id\":\"echo\"}", "echo.json | {", "later.json | "})
  void ofTwoFilesWithOneIdOfWhichOneIsNotWholeTheOldStaysAndBothAreNamed(
      String name, @Nullable String text) {
    try (var gateway = TestGateway.serving(echo)) {
      Api changed = Api.of("echo", two.target());
      String other = name.equals("echo.json") ? "first.json" : "echo.json";
      gateway.write(other, Json.of(changed.definition()));
      gateway.write(name, text == null ? Json.of(changed.definition()) : text);

      Reload reload = gateway.reload();

      assertThat(reload.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(reload.kept()).containsExactly("echo");
      assertThat(reload.problems()).allMatch(Problem::isError);
      assertThat(reload.problems())
          .anyMatch(problem -> problem.file().endsWith(name))
          .anyMatch(problem ->
              problem.file().endsWith(other) && problem.message().contains("apps/" + name));
      assertThat(server(gateway.port())).isEqualTo("one");

      gateway.delete(name.replace(".json", ""));
      assertThat(gateway.reload().isWhole()).isTrue();
      assertThat(server(gateway.port())).isEqualTo("two");
    }
  }

  @Test
  void aRemovedApiGetsNoCallAnyMoreAndEndsThoseThatItHas() {
    try (var gateway = TestGateway.serving(echo);
        var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      assertThat(gateway.delete("echo").reload().removed()).containsExactly("echo");

      assertThat(client.unary("hi").code()).isEqualTo(UNIMPLEMENTED);
      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
    }
  }

  @Test
  void aCallOfARemovedApiThatDoesNotEndIsEnded() {
    try (var gateway =
            TestGateway.configured(Map.of("graceful_shutdown_timeout_duration", 1), echo);
        var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      gateway.delete("echo").reload();

      Outcome outcome = call.awaitEnd();
      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.message())
          .isEqualTo("API echo: it is no longer served and this call did not end in time");
    }
  }

  @Test
  void aChangedTargetGetsTheNextCallAndTheOldOneKeepsTheCallsItHas() {
    try (var gateway = TestGateway.serving(echo);
        var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      Reload reload = gateway.write(Api.of("echo", two.target())).reload();

      assertThat(reload.changed()).containsExactly("echo");
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("two");
      assertThat(call.send("after").awaitReply().getServer()).isEqualTo("one");
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
    }
  }

  @Test
  void connectionsOfWhatStaysAreKept() {
    var connections = new AtomicInteger();
    var counting =
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes attributes) {
            connections.incrementAndGet();
            return attributes;
          }
        };
    try (var server = EchoBackend.start("s", 0, builder -> builder.addTransportFilter(counting));
        var gateway = TestGateway.serving(Api.of("echo", server.target()));
        var client = EchoClient.to(gateway.port())) {
      client.unary("hi");
      gateway.write(Api.of("echo", server.target()).with("name", "renamed")).reload();
      client.unary("hi");
      gateway.write(Api.of("echo", server.target(), two.target())).reload();
      client.unary("hi");
      client.unary("hi");

      assertThat(two.calls()).hasSize(1);
      assertThat(connections).hasValue(1);
    }
  }

  @Test
  void whatIsGoneLosesItsConnections() {
    try (var gateway = TestGateway.serving(echo);
        var client = EchoClient.to(gateway.port())) {
      client.unary("hi");
      assertThat(gateway.endpointConnections()).isEqualTo(1);

      gateway.write(Api.of("echo", two.target())).reload();

      await().until(() -> gateway.endpointConnections() == 0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {"api_id": "echo",                                  | ends here
          {"api_id": "echo", "proxy": {"listen_path": 5}}     | listen_path
          {"api_id": "echo", "proxy": {"target_url": "h2c:/"}}| target_url
          nonsense                                            | echo.json:1:1
          """)
  void t8_aBrokenDefinitionLeavesItsLastGoodVersionAndTheOthersApply(String text, String told) {
    try (var gateway = TestGateway.serving(echo)) {
      Reload reload =
          gateway
              .write("echo.json", text)
              .write(Api.of("other", two.target()).at("/weir.testkit.Echo/Chat"))
              .reload();

      assertThat(reload.isWhole()).isFalse();
      assertThat(reload.kept()).containsExactly("echo");
      assertThat(reload.added()).containsExactly("other");
      assertThat(reload.problems().toString()).contains(told);
      assertThat(server(gateway.port())).isEqualTo("one");

      assertThat(gateway.write(echo).reload().isWhole()).isTrue();
    }
  }

  @Test
  void t8_aFolderThatIsGoneChangesNothing() throws IOException {
    try (var gateway = TestGateway.serving(echo)) {
      gateway.delete("echo");
      Files.delete(gateway.folder().resolve("apps"));

      Reload reload = gateway.reload();

      assertThat(reload.applied()).isFalse();
      assertThat(reload.generation()).isEqualTo(1);
      assertThat(reload.problems().toString()).contains("does not exist");
      assertThat(server(gateway.port())).isEqualTo("one");
    }
  }

  @Test
  void aNewcomerDoesNotTakeThePlaceOfWhoHasIt() {
    try (var gateway = TestGateway.serving(echo)) {
      Reload reload = gateway.write(Api.of("a-newcomer", two.target())).reload();

      assertThat(reload.problems().toString()).contains("taken by echo");
      assertThat(server(gateway.port())).isEqualTo("one");
    }
  }

  @Test
  void twoThatChangePlacesAreNotInEachOthersWay() {
    Api other = Api.of("other", two.target());
    try (var gateway = TestGateway.serving(echo, other.at("/x"))) {
      Reload reload = gateway.write(echo.at("/x")).write(other).reload();

      assertThat(reload.isWhole()).isTrue();
      assertThat(server(gateway.port())).isEqualTo("two");
    }
  }

  @Test
  void aPortOpensAndClosesAndItsCallsEnd() {
    int port = Ports.free();
    try (var gateway = TestGateway.serving(echo);
        var client = EchoClient.to(port)) {
      gateway.write(echo.on(port)).reload();
      assertThat(gateway.ports()).containsExactly(gateway.port(), port);
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      gateway.write(echo).reload();

      assertThat(isOpen(port)).isFalse();
      assertThat(gateway.ports()).containsExactly(gateway.port());
      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
      assertThat(client.unary("hi").code()).isEqualTo(UNAVAILABLE);
      assertThat(server(gateway.port())).isEqualTo("one");
    }
  }

  @Test
  void t8_aPortThatIsTakenLeavesTheApiWhereItIs() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var gateway = TestGateway.serving(echo)) {
      Reload reload = gateway.write(echo.on(taken.getLocalPort())).reload();

      assertThat(reload.kept()).containsExactly("echo");
      assertThat(reload.problems().toString())
          .contains("listen_port: cannot be had")
          .contains("echo.json:");
      assertThat(server(gateway.port())).isEqualTo("one");
    }
  }

  @Test
  void aDefinitionThatAsksForWhatCannotBeDoneClosesItsApi() {
    try (var gateway = TestGateway.serving(echo)) {
      Reload reload =
          gateway.write(echo.with("use_keyless", false).with("use_oauth2", true)).reload();

      assertThat(call(gateway.port()).code()).isEqualTo(UNAVAILABLE);
      assertThat(reload.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(reload.kept()).isEmpty();
      assertThat(reload.problems())
          .singleElement()
          .returns(true, Problem::isError)
          .returns("use_oauth2", Problem::path)
          .matches(problem -> problem.file().endsWith("echo.json") && problem.line() == 1);

      assertThat(gateway.reload().isWhole()).as("it is closed still").isFalse();
      assertThat(gateway.write(echo).reload().isWhole()).isTrue();
      assertThat(server(gateway.port())).isEqualTo("one");
    }
  }

  @Test
  void whatIsWarnedOfInAFileIsToldAndKeepsNothingFromBeingServed() {
    try (var gateway = TestGateway.serving(echo)) {
      Reload reload = gateway.write(echo.with("no_such_field", 5)).reload();

      assertThat(reload.isWhole()).isTrue();
      assertThat(reload.problems()).singleElement().returns("no_such_field", Problem::path);
    }
  }

  @Test
  void whoIsStoppingChangesNothingAnyMore() {
    int port = Ports.free();
    try (var gateway = TestGateway.serving(echo);
        var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();
      Thread draining = gateway.drain(Patience.LIMIT);
      await().until(() -> !isOpen(gateway.port()));

      Reload reload = gateway.write(echo.on(port)).reload();

      assertThat(reload.applied()).isFalse();
      assertThat(reload.problems().toString()).contains("the gateway is shutting down");
      assertThat(isOpen(port)).isFalse();
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
      await().until(() -> !draining.isAlive());
    }
  }

  @Test
  void aSignalHasAProcessReload() {
    try (var weir = WeirProcess.serving(echo)) {
      assertThat(server(weir.port())).isEqualTo("one");

      weir.write(Api.of("echo", two.target())).hangUp();

      await().atMost(Patience.LIMIT).until(() -> server(weir.port()).equals("two"));
      await().until(() -> weir.output().contains("\"msg\":\"reloaded\",\"generation\":2"));
    }
  }
}
