package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.FaultProxy;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls are dealt out over the target list. */
class BalancingServerTest {

  private static final Duration LONGER_THAN_SETTINGS = Duration.ofSeconds(25);

  private final EchoBackend a = EchoBackend.start("a");
  private final EchoBackend b = EchoBackend.start("b");
  private final EchoBackend c = EchoBackend.start("c");

  @AfterEach
  void stop() {
    Stream.of(a, b, c).forEach(EchoBackend::close);
  }

  @Test
  void sequentialCallsGoRoundExactly() {
    try (var gateway = TestGateway.serving(Api.of("abc", a.target(), b.target(), c.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(servers(client, 7)).isEqualTo("abcabca");
    }
  }

  @Test
  void theOrderIsOneForAllConnections() {
    try (var gateway = TestGateway.serving(Api.of("abc", a.target(), b.target(), c.target()));
        var first = EchoClient.to(gateway.port());
        var second = EchoClient.to(gateway.port())) {
      var servers = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        servers.append(servers(i % 2 == 0 ? first : second, 1));
      }

      assertThat(servers).hasToString("abcabc");
    }
  }

  @Test
  void repeatedEntriesAreWeightsWithoutBursts() {
    try (var gateway = TestGateway.serving(Api.of("weights", a.target(), a.target(), b.target()));
        var client = EchoClient.to(gateway.port())) {
      String servers = servers(client, 9);

      assertThat(servers.chars().filter(server -> server == 'a')).hasSize(6);
      assertThat(servers).doesNotContain("aaa").doesNotContain("bb");
    }
  }

  @Test
  void aDeadTargetIsSkipped() {
    String dead = "h2c://127.0.0.1:" + Ports.free();
    try (var gateway = TestGateway.serving(Api.of("dead", a.target(), dead, b.target()));
        var client = EchoClient.to(gateway.port())) {
      String servers = servers(client, 30);

      assertThat(servers).hasSize(30).matches("[ab]+").contains("a").contains("b");
    }
  }

  /** It accepts and never says a word: who was sent there goes elsewhere, the others at once. */
  @Test
  void aTargetThatSaysNothingIsLeftOutD10() {
    try (var mute = WireServer.listen();
        var gateway = TestGateway.serving(Api.of("mute", mute.target(), a.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(servers(client, 20)).isEqualTo("a".repeat(20));

      assertThat(mute.acceptSilently().expectPreface().expectClose())
          .isNotEmpty()
          .noneMatch(frame -> frame.is(Frame.HEADERS));
    }
  }

  /** It says that it speaks HTTP/2 and reads nothing: one call is lost there, and no more. */
  @Test
  void aTargetThatNeverAcknowledgesSettingsIsLeftOutD10() {
    try (var deaf = WireServer.listen();
        var gateway = TestGateway.serving(Api.of("deaf", deaf.target(), a.target()));
        var client = WirePeer.client(gateway.port()).patience(LONGER_THAN_SETTINGS)) {
      client.sendRequest(1, Siege.PATH);
      deaf.acceptSilently().expectPreface().send(Frame.settings());
      Fields answer = client.expectResponse(1);
      assertThat(answer.get("grpc-status")).isEqualTo("14");
      assertThat(answer.get("grpc-message")).contains("SETTINGS not acknowledged in time");
      Thread.ofVirtual().start(() -> acceptAll(deaf));

      for (int stream = 3; stream < 43; stream += 2) {
        client.sendRequest(stream, Siege.PATH);
        assertThat(client.expectResponse(stream).get("grpc-status")).isEqualTo("0");
      }
      assertThat(a.calls()).hasSize(20);
    }
  }

  /** Until the server is closed. */
  private static void acceptAll(WireServer server) {
    try {
      while (true) {
        server.acceptSilently(Duration.ZERO).expectPreface().send(Frame.settings());
      }
    } catch (UncheckedIOException closed) {
      assertThat(closed).hasMessage("accept");
    }
  }

  @Test
  void aTargetThatComesBackIsUsedWithin20Seconds() {
    try (var proxy = FaultProxy.to(b.port()).refuse();
        var gateway = TestGateway.serving(Api.of("back", a.target(), proxy.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(servers(client, 20)).isEqualTo("a".repeat(20));

      proxy.accept();

      await().atMost(Duration.ofSeconds(20)).until(() -> servers(client, 2).contains("b"));
    }
  }

  @Test
  void killingOneOfThreeUnderLoadFailsOnlyWhatWasOnIt() throws InterruptedException {
    try (var proxy = FaultProxy.to(c.port());
        var gateway = TestGateway.serving(Api.of("abc", a.target(), b.target(), proxy.target()));
        var client = EchoClient.to(gateway.port())) {
      var over = new AtomicBoolean();
      var failures = new ArrayList<List<Outcome>>();
      List<Thread> load =
          IntStream.range(0, 8)
              .mapToObj(i -> {
                var mine = new ArrayList<Outcome>();
                failures.add(mine);
                return Thread.ofVirtual().start(() -> callUntil(over, client, mine));
              })
              .toList();
      await().until(() -> c.calls().size() > 100);

      proxy.refuse().reset();

      int before = a.calls().size();
      await().until(() -> a.calls().size() > before + 500);
      over.set(true);
      for (Thread thread : load) {
        thread.join();
      }
      // One call at a time for each of 8 threads: at most so many can have been on the dead one.
      List<Outcome> all = failures.stream().flatMap(List::stream).toList();
      assertThat(all).hasSizeLessThanOrEqualTo(8).allMatch(outcome -> outcome.code() == 14);
    }
  }

  private static void callUntil(AtomicBoolean over, EchoClient client, List<Outcome> failures) {
    while (!over.get()) {
      Outcome outcome = client.unary("x");
      if (!outcome.status().isOk()) {
        failures.add(outcome);
      }
    }
  }

  @Test
  void aTargetThatDrainsLosesNothingP17() {
    try (var gateway = TestGateway.serving(Api.of("ab", a.target(), b.target()));
        var client = EchoClient.to(gateway.port())) {
      servers(client, 4);

      a.drain(Duration.ofSeconds(5));

      assertThat(servers(client, 20)).isEqualTo("b".repeat(20));
    }
  }

  @Test
  void aLoneTargetIsTriedAgainAtOnceWhenItIsBack() {
    try (var proxy = FaultProxy.to(a.port()).refuse();
        var gateway = TestGateway.serving(Api.of("lone", proxy.target()));
        var client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.unary("x").code()).isEqualTo(14);
      }

      proxy.accept();

      assertThat(client.unary("x").reply().getServer()).isEqualTo("a");
    }
  }

  private static String servers(EchoClient client, int calls) {
    var servers = new StringBuilder();
    for (int i = 0; i < calls; i++) {
      servers.append(client.unary("x").reply().getServer());
    }
    return servers.toString();
  }
}
