package dev.weir.testkit;

import static dev.weir.testkit.EchoClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static final int UNAVAILABLE = Status.Code.UNAVAILABLE.value();

  private final EchoBackend backend = EchoBackend.start("one");
  private final FaultProxy proxy = FaultProxy.to(backend.port());
  private final EchoClient client = EchoClient.to(proxy.port());

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
    backend.close();
  }

  @Test
  void passesBytesWhenLeftAlone() {
    assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void delaysEachWay() {
    client.unary("warm").reply();
    proxy.latency(Duration.ofMillis(50));
    long start = System.nanoTime();

    client.unary("hi").reply();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void slowsDownToTheRate() {
    client.unary("warm").reply();
    proxy.rate(100_000);
    long start = System.nanoTime();

    client.call(EchoClient.UPLOAD, EchoClient.request(20_000)).reply();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(200));
  }

  @Test
  void resetsOpenConnections() {
    OpenCall call = client.open(CHAT).send("a");
    call.awaitReply();

    proxy.reset();

    assertThat(call.awaitEnd().code()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void cutsOpenConnections() {
    OpenCall call = client.open(CHAT).send("a");
    call.awaitReply();

    proxy.cut();

    assertThat(call.awaitEnd().code()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void resetsAtAByteOffset() {
    proxy.resetAfter(FaultProxy.Direction.TO_CLIENT, 5_000);

    Outcome outcome = client.call(EchoClient.UNARY, EchoClient.request(10_000));

    assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void stallsAndResumes() {
    client.unary("warm").reply();
    proxy.stall();
    OpenCall call = client.open(CHAT).send("a");

    proxy.resume();

    assertThat(call.awaitReply().getServer()).isEqualTo("one");
    call.cancel();
  }

  @Test
  void swallowsLikeANetworkThatDropsEverything() {
    client.unary("warm").reply();
    proxy.swallow();
    var soon = CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS);

    OpenCall call = client.open(CHAT, new Metadata(), soon).send("a");

    assertThat(call.awaitEnd().code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
    assertThat(backend.calls()).hasSize(1);
  }

  @Test
  void refusesAndAcceptsAgain() {
    proxy.refuse();
    assertThat(client.unary("hi").code()).isEqualTo(UNAVAILABLE);

    proxy.accept();

    await().until(() -> client.unary("hi").status().isOk());
  }
}
