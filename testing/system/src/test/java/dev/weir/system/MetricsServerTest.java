package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weir as a process whose counters are read where a Prometheus reads them. */
class MetricsServerTest {

  private static final int REFUSED_TO_START = 1;

  private final EchoBackend backend = EchoBackend.start("one");
  private final int port = Ports.free();
  private final Api echo = Api.of("echo", backend.target());

  @AfterEach
  void stop() {
    backend.close();
  }

  private WeirProcess serving(Api... apis) {
    return WeirProcess.tuned(List.of(), admin("127.0.0.1:" + port), apis);
  }

  /** Three methods of an API have a count of their own, and those that it names. */
  private WeirProcess servingFew(Api... apis) {
    return WeirProcess.tuned(
        List.of(),
        Map.of(
            "weir",
            Map.of(
                "admin",
                Map.of("address", "127.0.0.1:" + port),
                "metrics",
                Map.of("methods_per_api", 3))),
        apis);
  }

  private static Map<String, Object> admin(String address) {
    return Map.of("weir", Map.of("admin", Map.of("address", address)));
  }

  @Test
  void callsAndConnectionsAreCounted() {
    try (var weir = serving(echo);
        var client = EchoClient.to(weir.port())) {
      double before = Metrics.at(port).get("weir_connections_accepted_total");
      for (int i = 0; i < 3; i++) {
        assertThat(client.unary("hi").status().isOk()).isTrue();
      }
      OpenCall open = client.open(EchoClient.CHAT).send("hi");
      open.awaitReply();

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get("weir_grpc_calls_total{status=\"OK\"}")).isEqualTo(3);
      assertThat(metrics.get("weir_streams_open")).isEqualTo(1);
      assertThat(metrics.get("weir_connections_open")).isEqualTo(1);
      assertThat(metrics.get("weir_connections_accepted_total")).isEqualTo(before + 1);
      assertThat(metrics.get("weir_upstream_connections_open")).isPositive();
      open.cancel();
      await()
          .atMost(Patience.LIMIT)
          .until(() -> Metrics.at(port).get("weir_grpc_calls_total{status=\"CANCELLED\"}") == 1);
      assertThat(Metrics.at(port).get("weir_streams_open")).isZero();
    }
  }

  @Test
  void failuresAreCountedByTheStatusOfTheCaller() {
    Api dead = Api.of("dead", "h2c://127.0.0.1:1").at("/dead");
    try (var weir = serving(echo.at("/weir.testkit.Echo"), dead);
        WirePeer client = WirePeer.client(weir.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest("/dead/Call")).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 14");
      client.send(Frame.headers(3, Fields.grpcRequest("/nowhere/Call")).last());
      assertThat(client.expectFate(3)).isEqualTo("grpc 12");
      client.send(
          Frame.headers(
                  5,
                  Fields.of(":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"))
              .last());
      assertThat(client.expectFate(5)).isEqualTo("http 404");

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get("weir_grpc_calls_total{status=\"UNAVAILABLE\"}")).isEqualTo(1);
      assertThat(metrics.get("weir_grpc_calls_total{status=\"UNIMPLEMENTED\"}")).isEqualTo(1);
      assertThat(metrics.get("weir_http_calls_total{status=\"4xx\"}")).isEqualTo(1);
      String resting =
          "weir_endpoint_up{address=\"127.0.0.1\",api=\"dead\",endpoint=\"127.0.0.1:1\"}";
      assertThat(metrics.values()).containsKey(resting);
      assertThat(metrics.get("weir_apis{state=\"serving\"}")).isEqualTo(2);
    }
  }

  @Test
  void callsOfAnApiAreCountedByMethod() {
    try (var weir = serving(echo);
        var client = EchoClient.to(weir.port())) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.unary("hi").status().isOk()).isTrue();
      }

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get(counted("weir.testkit.Echo/Unary", "OK"))).isEqualTo(4);
      assertThat(metrics.get("weir_api_call_seconds_count{api=\"echo\"}")).isEqualTo(4);
      assertThat(metrics.get("weir_api_call_seconds_bucket{api=\"echo\",le=\"+Inf\"}"))
          .isEqualTo(4);
      assertThat(metrics.get("weir_api_call_seconds_sum{api=\"echo\"}")).isPositive();
    }
  }

  /** A stream that its caller always leaves is a method all the same. */
  @Test
  void aStreamThatIsLeftCountsForItsMethod() {
    try (var weir = serving(echo);
        var client = EchoClient.to(weir.port())) {
      OpenCall open = client.open(EchoClient.CHAT).send("hi");
      open.awaitReply();
      open.cancel();

      await()
          .atMost(Patience.LIMIT)
          .until(() -> Metrics.at(port).get(counted("weir.testkit.Echo/Chat", "CANCELLED")) == 1);
    }
  }

  @Test
  void whatWasCountedStaysThroughAReload() {
    try (var weir = serving(echo);
        var client = EchoClient.to(weir.port())) {
      client.unary("hi");
      weir.write(Api.of("more", backend.target()).at("/more")).hangUp();
      await().atMost(Patience.LIMIT).until(() -> Metrics.at(port).get("weir_generation") == 2);
      client.unary("hi");

      assertThat(Metrics.at(port).get(counted("weir.testkit.Echo/Unary", "OK"))).isEqualTo(2);
    }
  }

  private static String counted(String method, String status) {
    return "weir_api_grpc_calls_total{api=\"echo\",method=\"%s\",status=\"%s\"}"
        .formatted(method, status);
  }

  @Test
  void turnsOfAnEventLoopAreTimed() {
    try (var weir = serving(echo);
        var client = EchoClient.to(weir.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get("weir_loop_turn_seconds_count{loop=\"0\"}")).isPositive();
      assertThat(metrics.get("weir_loop_turn_seconds_sum{loop=\"0\"}")).isPositive();
    }
  }

  /** What callers invent makes no more of the page, and what is there goes on to count. */
  @Test
  void g10RandomPathsMakeNoMetrics() {
    try (var weir = serving(echo);
        var client = EchoClient.to(weir.port());
        WirePeer attacker = WirePeer.client(weir.port())) {
      client.unary("hi");
      long before = Metrics.at(port).page().body().lines().count();
      int paths = 5000;
      for (int i = 0; i < paths; i++) {
        attacker.send(Frame.headers(1 + 2 * i, Fields.grpcRequest("/x.Y/M" + i)).last());
        assertThat(attacker.expectFate(1 + 2 * i)).isEqualTo("grpc 12");
      }
      client.unary("hi");

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get(counted("other", "UNIMPLEMENTED"))).isEqualTo(paths);
      assertThat(metrics.get(counted("weir.testkit.Echo/Unary", "OK"))).isEqualTo(2);
      assertThat(metrics.page().body().lines().count()).isLessThanOrEqualTo(before + 2);
    }
  }

  /** Each of these is another path, and all of them are one method. */
  @Test
  void g10PathsThatAreRewrittenCountAsWhatTheyGoTo() {
    Api rewriting = echo.with("version_data", rewrites("^/v1/(.*)$", "/weir.testkit.Echo/Unary"));
    try (var weir = servingFew(rewriting);
        var client = EchoClient.to(weir.port())) {
      for (int i = 0; i < 10; i++) {
        assertThat(call(client, "v1/x/" + i)).isZero();
      }
      assertThat(client.open(EchoClient.CHAT).halfClose().awaitEnd().code()).isZero();

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get(counted("weir.testkit.Echo/Unary", "OK"))).isEqualTo(10);
      assertThat(metrics.get(counted("weir.testkit.Echo/Chat", "OK"))).isEqualTo(1);
      assertThat(metrics.page().body()).doesNotContain("v1/x");
    }
  }

  /** Whoever calls decides where these go, by a field. */
  @Test
  void g10CallsThatGoWhereTheirCallersSayHaveNoNames() {
    Api rewriting =
        echo.with(
            "version_data", rewrites("^/v1/.*$", "/weir.testkit.Echo/$tyk_context.headers_x"));
    try (var weir = servingFew(rewriting);
        var client = EchoClient.to(weir.port())) {
      Metadata metadata = new Metadata();
      metadata.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "Unary");
      MethodDescriptor<EchoRequest, EchoReply> method = method("v1/x");
      assertThat(client.call(method, metadata, EchoClient.request("hi")).code()).isZero();

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get(counted("other", "OK"))).isEqualTo(1);
      assertThat(metrics.page().body()).doesNotContain("Echo/Unary");
    }
  }

  /** As many bytes as the listen path has may be anything there, behind which a name follows. */
  @Test
  void g10PathsMadeOfTheCallersOwnAreNoNamesOfTheDefinition() {
    Api rewriting =
        echo.at("/v1/")
            .with("version_data", rewrites("^/v1/(.*)$", "/$1"))
            .with("grpc", Map.of("methods", Map.of("/weir.testkit.Echo/Unary", Map.of())));
    try (var weir = servingFew(rewriting);
        var client = EchoClient.to(weir.port())) {
      for (int i = 0; i < 10; i++) {
        call(client, "v1/x" + i + "/weir.testkit.Echo/Unary");
      }

      assertThat(Metrics.at(port).page().body())
          .contains("weir_api_grpc_calls_total{api=\"echo\",method=\"other\"")
          .doesNotContain("method=\"x");
    }
  }

  /** Strangers may be the first to call. */
  @Test
  void g10MethodsThatAreNamedInTheDefinitionHaveTheirCountWhoeverCameBefore() {
    Api limited =
        echo.with("version_data", rewrites("^/v1/(.*)$", "/weir.testkit.Echo/$1"))
            .with(
                "grpc.methods",
                Map.of("/weir.testkit.Echo/Chat", Map.of("stream", Map.of("max_age", "1h"))));
    try (var weir =
            WeirProcess.tuned(
                List.of(),
                Map.of(
                    "weir",
                    Map.of(
                        "admin",
                        Map.of("address", "127.0.0.1:" + port),
                        "metrics",
                        Map.of("methods_per_api", 1))),
                limited);
        var client = EchoClient.to(weir.port())) {
      assertThat(call(client, "v1/Unary")).isZero();
      assertThat(call(client, "weir.testkit.Echo/Upload")).isZero();
      assertThat(client.open(EchoClient.CHAT).halfClose().awaitEnd().code()).isZero();

      Metrics metrics = Metrics.at(port);

      assertThat(metrics.get(counted("weir.testkit.Echo/Unary", "OK"))).isEqualTo(1);
      assertThat(metrics.get(counted("other", "OK"))).isEqualTo(1);
      assertThat(metrics.get(counted("weir.testkit.Echo/Chat", "OK"))).isEqualTo(1);
    }
  }

  private static Map<String, Object> rewrites(String pattern, String to) {
    return Map.of(
        "not_versioned",
        true,
        "versions",
        Map.of(
            "Default",
            Map.of(
                "use_extended_paths",
                true,
                "extended_paths",
                Map.of(
                    "url_rewrites",
                    List.of(
                        Map.of(
                            "path",
                            "/v1/",
                            "method",
                            "POST",
                            "match_pattern",
                            pattern,
                            "rewrite_to",
                            to))))));
  }

  private static int call(EchoClient client, String method) {
    return client.call(method(method), EchoClient.request("hi")).code();
  }

  private static MethodDescriptor<EchoRequest, EchoReply> method(String path) {
    return EchoClient.UNARY.toBuilder().setFullMethodName(path).build();
  }

  @Test
  void anAttackIsSeenInItsCounter() {
    try (var weir = serving(echo);
        WirePeer client = WirePeer.client(weir.port())) {
      String pings = "weir_peer_faults_total{reason=\"pings\",side=\"client\"}";
      assertThat(Metrics.at(port).values()).containsEntry(pings, 0.0);

      client.flood(1000, Frame::ping);
      client.expectClose();

      assertThat(Metrics.at(port).get(pings)).isEqualTo(1);
    }
  }

  @Test
  void aFaultOfAServerIsSeenInItsCounter() {
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var weir = serving(Api.of("none", "h2c://127.0.0.1:" + server.getLocalPort()));
        WirePeer client = WirePeer.client(weir.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest("/a/B")).last());
      try (var accepted = server.accept()) {
        accepted.getOutputStream().write("HTTP/1.1 400 no HTTP/2 here\r\n\r\n".getBytes(US_ASCII));
        assertThat(client.expectFate(1)).isEqualTo("grpc 14");
      }

      String reason = "weir_peer_faults_total{reason=\"frame_size_error\",side=\"server\"}";
      assertThat(Metrics.at(port).get(reason)).isPositive();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyMetricSaysWhatItIs() {
    try (var weir = serving(echo)) {
      assertThat(weir.isAlive()).isTrue();
      String page = Metrics.at(port).page().body();

      assertThat(page.lines().filter(line -> line.startsWith("weir_")))
          .isNotEmpty()
          .allSatisfy(line -> {
            String name = line.replaceAll("(_(bucket|count|sum))?[{ ].*", "");
            assertThat(page).contains("# HELP " + name + " ").contains("# TYPE " + name + " ");
          });
      assertThat(page)
          .contains("jvm_memory_used_bytes{area=\"heap\"}")
          .contains("jvm_buffer_pool_used_bytes{pool=\"direct\"}")
          .contains("jvm_gc_collection_seconds_count")
          .contains("process_open_fds");
    }
  }

  @Test
  void theReferencePageListsEveryMetric(@TempDir Path folder) throws IOException {
    Api secure =
        Api.of("secure", "h2c://127.0.0.1:1")
            .on(Ports.free())
            .with("protocol", "https")
            .with("certificates", List.of(new TlsFiles(folder).issue("localhost")));
    Path list = folder.resolve("list.crl");
    new RevocationList(list).write(Authority.in(folder).development(), Duration.ofDays(1));
    try (var weir =
            WeirProcess.tuned(
                List.of(),
                Map.of(
                    "disable_ports_whitelist",
                    true,
                    "weir",
                    Map.of(
                        "admin",
                        Map.of("address", "127.0.0.1:" + port),
                        "crl_files",
                        List.of(list.toString()))),
                echo,
                secure);
        WirePeer client = WirePeer.client(weir.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest("/a.B/C")).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 12");
      client.send(
          Frame.headers(
                  3,
                  Fields.of(":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"))
              .last());
      assertThat(client.expectFate(3)).isNotEmpty();
      Set<String> served =
          Metrics.at(port).values().keySet().stream()
              .map(name ->
                  name.replaceAll("\\{.*", "")
                      .replaceAll("_seconds_(bucket|count|sum)$", "_seconds"))
              .filter(name -> name.startsWith("weir_"))
              .collect(Collectors.toSet());
      Set<String> listed =
          Pattern.compile("^\\| `(weir_\\w+)` \\|", Pattern.MULTILINE)
              .matcher(Files.readString(Path.of("../../docs/reference/metrics.md")))
              .results()
              .map(row -> row.group(1))
              .collect(Collectors.toSet());

      assertThat(listed).isEqualTo(served);
    }
  }

  @Test
  void theFormatIsTheOneThatIsAskedFor() {
    try (var weir = serving(echo)) {
      assertThat(weir.isAlive()).isTrue();
      assertThat(Metrics.at(port).page().headers().firstValue("content-type").orElseThrow())
          .startsWith("text/plain; version=0.0.4");
      assertThat(Metrics.get(port, "/metrics", "application/openmetrics-text;version=1.0.0"))
          .satisfies(page ->
              assertThat(page.headers().firstValue("content-type").orElseThrow())
                  .startsWith("application/openmetrics-text"))
          .satisfies(page -> assertThat(page.body()).endsWith("# EOF\n"));
      assertThat(Metrics.get(port, "/", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aTakenPortEndsTheStartAndIsNamed() {
    var files = TykFiles.write(port, admin("127.0.0.1:" + backend.port()), List.of());
    try (var weir = WeirProcess.of(files, port)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output())
          .contains("weir.admin.address: 127.0.0.1:" + backend.port())
          .contains("already in use")
          .doesNotContain("Exception");
    }
  }

  @Test
  void aWrongAddressEndsTheStartAndIsNamed() {
    var files = TykFiles.write(port, admin("192.0.2.1:9090"), List.of());
    try (var weir = WeirProcess.of(files, port)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output())
          .contains("weir.admin.address: 192.0.2.1:9090")
          .contains("can be reached from other machines");
    }
  }

  @Test
  void nothingIsOpenThatWasNotAskedFor() {
    try (var gateway = TestGateway.serving(echo)) {
      assertThat(gateway.adminPort()).isZero();
    }
  }
}
