package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reload after reload of a process that is under load, by clients that never try again. {@code
 * testing/system/reloads} plays it in full.
 */
class ReloadLoadTest {
  private static final int RELOADS = Integer.getInteger("weir.reloads", 30);
  private static final int CLIENTS = 4;
  private static final int STREAMS = 200;

  /**
   * Somewhat more than the 2,000 that there have to be: nobody makes up for calls that are slow in
   * the end.
   */
  private static final int CALLS_PER_SECOND = 2_100;

  /** For each connection, so that the others make up for what slow calls hold back. */
  private static final int CALLERS = 16;

  private static final long PERIOD_NANOS =
      Duration.ofSeconds(1).toNanos() * CLIENTS * CALLERS / CALLS_PER_SECOND;

  /** From so many on, memory that grows with each would show. */
  private static final int ENOUGH_FOR_MEMORY = 400;

  private static final int MOST_GROWTH_MIB = 32;

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");
  private final int adminPort = Ports.free();
  private final int tlsPort = Ports.free();
  private final int extraPort = Ports.free();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();
  private final Queue<Outcome> failed = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  @Test
  void t10_reloadsUnderLoadFailNoCallCutNoStreamAndKeepNothing()
      throws IOException, InterruptedException {
    writeCertificate();
    try (var weir = start()) {
      List<EchoClient> clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(_ -> EchoClient.to(weir.port(), NettyChannelBuilder::disableRetry))
              .toList();
      List<OpenCall> streams = open(clients);
      List<Thread> load =
          clients.stream()
              .flatMap(client -> IntStream.range(0, CALLERS).mapToObj(_ -> call(client)))
              .toList();
      long begin = System.nanoTime();
      long quarter = 0;
      for (int i = 0; i < RELOADS; i++) {
        reload(weir, i);
        quarter = i == RELOADS / 4 ? residentMib(weir) : quarter;
      }
      over.set(true);
      long seconds = Math.max(1, Duration.ofNanos(System.nanoTime() - begin).toSeconds());
      for (Thread thread : load) {
        thread.join();
      }
      assertThat(failed).isEmpty();
      streams.forEach(stream -> stream.send("still there").awaitReply());
      streams.forEach(OpenCall::halfClose);
      assertThat(streams).allMatch(stream -> stream.awaitEnd().status().isOk());
      clients.forEach(EchoClient::close);
      long end = residentMib(weir);
      System.out.printf(
          "%d reloads, %d calls, %d a second, %d open streams, resident %d MiB after a quarter, %d in the end%n",
          RELOADS, calls.get(), calls.get() / seconds, STREAMS, quarter, end);
      if (RELOADS >= ENOUGH_FOR_MEMORY) {
        assertThat(end - quarter).isLessThan(MOST_GROWTH_MIB);
      }
    }
  }

  private WeirProcess start() {
    Map<String, Object> keys =
        Map.of(
            "weir", Map.of("admin", Map.of("address", "127.0.0.1:" + adminPort)),
            "http_server_options", Map.of("enable_http2", true),
            "graceful_shutdown_timeout_duration", 1);
    return WeirProcess.tuned(List.of(), keys, echo(0), secure(), elsewhere(0));
  }

  private Api echo(int i) {
    return Api.of("echo", (i % 2 == 0 ? one : two).target());
  }

  private Api elsewhere(int i) {
    Api api = Api.of("elsewhere", two.target()).at("/elsewhere-" + i);
    return i % 2 == 0 ? api : api.on(extraPort);
  }

  private Api secure() {
    return Api.of("secure", one.target())
        .on(tlsPort)
        .with("protocol", "https")
        .with("certificates", List.of(folder.resolve("server.pem").toString()));
  }

  private void writeCertificate() throws IOException {
    var authority = new DevelopmentAuthority("reloads", Instant.now(), Duration.ofDays(40));
    Path fresh = folder.resolve("fresh.pem");
    PemWriter.write(fresh, authority.issue(List.of("localhost")));
    Files.move(fresh, folder.resolve("server.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<OpenCall> open(List<EchoClient> clients) {
    List<OpenCall> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(clients.get(i % CLIENTS).open(EchoClient.CHAT).send("begin"));
    }
    streams.forEach(OpenCall::awaitReply);
    return streams;
  }

  private Thread call(EchoClient client) {
    return Thread.ofVirtual()
        .start(() -> {
          for (long next = System.nanoTime(); !over.get(); next += PERIOD_NANOS) {
            LockSupport.parkNanos(next - System.nanoTime());
            Outcome outcome = client.unary("hi");
            calls.incrementAndGet();
            if (!outcome.status().isOk()) {
              failed.add(outcome);
            }
          }
        });
  }

  /** Another target, another route, another port, and every third time another certificate. */
  private void reload(WeirProcess weir, int i) throws IOException {
    if (i % 3 == 0) {
      writeCertificate();
    }
    weir.write(echo(i)).write(elsewhere(i));
    double before = reloads();
    weir.hangUp();
    await().atMost(Patience.LIMIT).until(() -> reloads() > before);
  }

  private double reloads() {
    return Metrics.at(adminPort).get("weir_reloads_total{result=\"whole\"}");
  }

  private static long residentMib(WeirProcess weir) {
    return new Vitals(weir.pid(), 0).residentBytes() >> 20;
  }
}
