package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.rpc.ErrorInfo;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers who guess credentials, and those who have good ones and come from where they do. */
class GuessesServerTest {
  private static final int OK = 0;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final int BURST = 40;

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api byToken = Api.of("tokens", backend.target()).with("use_keyless", false);
  private final Api byPassword =
      Api.of("logins", backend.target()).with("use_keyless", false).with("use_basic_auth", true);

  private final int admin = Ports.free();

  @TempDir Path data;

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway(int burst, Api... apis) {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "weir",
            Map.of(
                "data_dir",
                data.toString(),
                "trusted_proxies",
                List.of("127.0.0.1"),
                "admin",
                Map.of("address", "127.0.0.1:" + admin),
                "limits",
                Map.of("failed_credentials_burst", burst, "failed_credentials_per_second", 1))),
        apis);
  }

  private static Metadata shown(String authorization, String from) {
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    metadata.put(Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER), from);
    return metadata;
  }

  private static String basic(String name, String password) {
    String both = name + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
  }

  private static Outcome call(EchoClient client, String authorization, String from) {
    return client.call(EchoClient.UNARY, shown(authorization, from), EchoClient.request("hi"));
  }

  private static String reason(Outcome outcome) throws Exception {
    var status =
        Objects.requireNonNull(
            StatusProto.fromStatusAndTrailers(outcome.status(), outcome.trailers()));
    return status.getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  private static void addUser(TestGateway gateway, String name) {
    String user =
        "{'org_id':'default','access_rights':{'logins':{}},'basic_auth_data':{'password':'good'}}";
    assertThat(new Operator(gateway.port()).ask("POST", "/keys/" + name, user).status())
        .isEqualTo(200);
  }

  @Test
  void g6_aThousandBadKeysOfOneAddressAreThrottledAndGoodOnesAreNot() throws Exception {
    try (TestGateway gateway = gateway(BURST, byToken);
        EchoClient client = EchoClient.to(gateway.port())) {
      String good =
          new Operator(gateway.port())
              .ask("POST", "/keys", "{'org_id':'default','access_rights':{'tokens':{}}}")
              .member("key");
      List<Outcome> guesses = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        guesses.add(call(client, "guess-" + i, "10.0.0.1"));
      }

      assertThat(guesses.subList(0, BURST)).allMatch(guess -> guess.code() == UNAUTHENTICATED);
      List<Outcome> throttled =
          guesses.stream().filter(guess -> guess.code() == RESOURCE_EXHAUSTED).toList();
      assertThat(throttled).hasSizeGreaterThan(800);
      Outcome last = throttled.getLast();
      assertThat(reason(last)).isEqualTo("ADDRESS_THROTTLED");
      assertThat(last.message())
          .isEqualTo("API tokens: too many credentials from this address were no good");
      assertThat(
              last.trailers()
                  .get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
          .matches("[1-9][0-9]*");
      assertThat(call(client, good, "10.0.0.1").code()).isEqualTo(OK);
      assertThat(call(client, good, "10.0.0.2").code()).isEqualTo(OK);
      assertThat(reason(call(client, "guess", "10.0.0.2"))).isEqualTo("CREDENTIAL_REFUSED");
      assertThat(backend.calls()).hasSize(2);
    }
  }

  /** All addresses of a network of 64 bits are one guesser's. */
  @Test
  void g6_aNetworkOfIpv6IsOneAddress() {
    try (TestGateway gateway = gateway(BURST, byToken);
        EchoClient client = EchoClient.to(gateway.port())) {
      List<Integer> codes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        codes.add(call(client, "guess", "2001:db8::" + Integer.toHexString(i)).code());
      }

      assertThat(codes).contains(RESOURCE_EXHAUSTED);
      assertThat(call(client, "guess", "2001:db8:0:1::1").code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void g6_aPasswordOfAGuesserIsNotCompared() throws Exception {
    try (TestGateway gateway = gateway(2, byPassword);
        EchoClient client = EchoClient.to(gateway.port())) {
      addUser(gateway, "known");
      addUser(gateway, "other");
      assertThat(call(client, basic("known", "good"), "10.0.0.1").code()).isEqualTo(OK);
      List<Outcome> guesses = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        guesses.add(call(client, basic("known", "bad" + i), "10.0.0.1"));
      }

      assertThat(guesses.getFirst().code()).isEqualTo(UNAUTHENTICATED);
      assertThat(guesses).anyMatch(guess -> guess.code() == RESOURCE_EXHAUSTED);
      assertThat(call(client, basic("known", "good"), "10.0.0.1").code()).isEqualTo(OK);
      callUntilThrottled(client);
      assertThat(reason(call(client, basic("other", "good"), "10.0.0.1")))
          .isEqualTo("ADDRESS_THROTTLED");
      assertThat(call(client, basic("other", "good"), "10.0.0.2").code()).isEqualTo(OK);
    }
  }

  @Test
  void g6_passwordsOfCallsThatAreCancelledMakeRoom() {
    try (TestGateway gateway = gateway(0, byPassword);
        EchoClient client = EchoClient.to(gateway.port())) {
      addUser(gateway, "known");
      assertThat(call(client, basic("known", "bad"), "10.0.0.1").code()).isEqualTo(UNAUTHENTICATED);
      int most = 65 * Math.max(1, Runtime.getRuntime().availableProcessors() / 2) + 20;
      List<OpenCall> guesses = new ArrayList<>();
      for (int i = 0; i < most; i++) {
        guesses.add(client.open(EchoClient.UPLOAD, shown(basic("known", "bad" + i), "10.0.0.1")));
      }
      await().atMost(Patience.LIMIT).until(() -> guesses.stream().anyMatch(OpenCall::hasEnded));
      guesses.forEach(OpenCall::cancel);

      Outcome good = call(client, basic("known", "good"), "10.0.0.1");
      assertThat(good.code()).as(good.message()).isEqualTo(OK);
    }
  }

  /**
   * Each comparison takes a quarter of a second: nobody waits behind all that another one shows.
   */
  @Test
  void g6_whoFillsTheQueueFromOneAddressHoldsUpNobodyFromAnother() throws Exception {
    assumeTrue(isOwn("127.0.0.2"), "all of 127.0.0.0/8 is the loopback interface's");
    try (TestGateway gateway = gateway(0, byPassword);
        EchoClient client = EchoClient.from("127.0.0.1", gateway.port());
        EchoClient guesser = EchoClient.from("127.0.0.2", gateway.port())) {
      int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      List<OpenCall> guesses = new ArrayList<>(guesses(guesser, 65 * threads + 20));
      for (int i = 0; i < 4; i++) {
        addUser(gateway, "user" + i);
        List<OpenCall> more = guesses(guesser, 8 * threads + 20);
        guesses.addAll(more);
        // Of one address, those that come last are told so when the others fill the queue.
        await().atMost(Patience.LIMIT).until(() -> ended(more, UNAVAILABLE) > 0);
        Metrics metrics = Metrics.at(admin);
        assertThat(metrics.get("weir_logins_limit")).isEqualTo(64 * threads);
        assertThat(metrics.get("weir_logins_waiting")).isBetween(32.0 * threads, 64.0 * threads);
        assertThat(metrics.get("weir_logins_addresses")).isEqualTo(1);
        long before = ended(guesses, UNAUTHENTICATED);

        Outcome good = call(client, basic("user" + i, "good"), "127.0.0.1");

        assertThat(good.code()).as(good.message()).isEqualTo(OK);
        // Those that were under way, and a turn of each thread and what the others do meanwhile.
        assertThat(ended(guesses, UNAUTHENTICATED) - before).isLessThanOrEqualTo(4L * threads + 4);
      }
      Outcome busy =
          guesses.stream()
              .filter(guess -> guess.hasEnded() && guess.awaitEnd().code() == UNAVAILABLE)
              .findFirst()
              .orElseThrow()
              .awaitEnd();
      assertThat(reason(busy)).isEqualTo("LOGINS_BUSY");
      guesses.forEach(OpenCall::cancel);
    }
  }

  private static boolean isOwn(String address) {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Also who is told after others have come, and not at once. */
  @Test
  void g6_whoWasToldToComeAgainHasAllGuessesAgain() throws Exception {
    int burst = 5;
    try (TestGateway gateway = gateway(burst, byPassword);
        EchoClient client = EchoClient.to(gateway.port())) {
      int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      int before = 64 * threads + threads - burst;
      List<OpenCall> others = new ArrayList<>(guesses(client, "10.1.", before));
      List<OpenCall> told = new ArrayList<>(guesses(client, burst));
      others.addAll(guesses(client, "10.2.", 10));
      await().atMost(Patience.LIMIT).until(() -> ended(told, UNAVAILABLE) > 2);
      assertThat(ended(told, RESOURCE_EXHAUSTED)).isZero();
      for (int i = 0; i < 4; i++) {
        others.addAll(guesses(client, "10." + (3 + i) + ".", 10));
        List<OpenCall> again = guesses(client, burst - 2);
        told.addAll(again);
        await()
            .atMost(Patience.LIMIT)
            .until(() -> again.stream().filter(OpenCall::hasEnded).count() > 1);
      }

      assertThat(ended(told, RESOURCE_EXHAUSTED)).isZero();
      told.forEach(OpenCall::cancel);
      others.forEach(OpenCall::cancel);
    }
  }

  /** Each from an address of its own. */
  private static List<OpenCall> guesses(EchoClient client, String network, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i ->
            client.open(
                EchoClient.UPLOAD,
                shown(basic("known", "bad"), network + (i >> 8) + "." + (i & 255))))
        .toList();
  }

  private static List<OpenCall> guesses(EchoClient client, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> client.open(EchoClient.UPLOAD, shown(basic("known", "bad" + i), "10.0.0.1")))
        .toList();
  }

  private static long ended(List<OpenCall> calls, int code) {
    return calls.stream().filter(call -> call.hasEnded() && call.awaitEnd().code() == code).count();
  }

  /** Whoever cancels is no better off than who waits to be refused. */
  @Test
  void g6_cancelledCallsCountAsGuesses() {
    try (TestGateway gateway = gateway(BURST, byPassword);
        EchoClient client = EchoClient.to(gateway.port())) {
      List<OpenCall> guesses = new ArrayList<>();
      for (int i = 0; i < 2 * BURST; i++) {
        guesses.add(client.open(EchoClient.UPLOAD, shown(basic("known", "bad" + i), "10.0.0.1")));
      }
      // Is answered at once, when those before have begun.
      assertThat(call(client, "", "10.0.0.1").code()).isEqualTo(UNAUTHENTICATED);
      guesses.forEach(OpenCall::cancel);

      List<Integer> later = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        later.add(call(client, basic("known", "worse" + i), "10.0.0.1").code());
      }
      assertThat(later).contains(RESOURCE_EXHAUSTED);
    }
  }

  /** Those that are compared, and wait for that, count already. */
  @Test
  void g6_guessesAtOnceAreNoMoreThanOneAfterTheOther() throws Exception {
    try (TestGateway gateway = gateway(5, byPassword);
        EchoClient client = EchoClient.to(gateway.port())) {
      addUser(gateway, "known");
      List<OpenCall> guesses = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        guesses.add(
            client
                .open(EchoClient.UPLOAD, shown(basic("known", "bad" + i), "10.0.0.1"))
                .send("hi")
                .halfClose());
      }

      await().atMost(Patience.LIMIT).until(() -> guesses.stream().anyMatch(OpenCall::hasEnded));
      // Those beyond are told before the first was compared.
      assertThat(guesses.stream().filter(OpenCall::hasEnded).map(guess -> guess.awaitEnd().code()))
          .contains(RESOURCE_EXHAUSTED);
      List<Integer> codes = guesses.stream().map(guess -> guess.awaitEnd().code()).toList();
      assertThat(codes).containsOnly(UNAUTHENTICATED, RESOURCE_EXHAUSTED);
      assertThat(codes.stream().filter(code -> code == UNAUTHENTICATED).count()).isBetween(5L, 20L);
    }
  }

  @Test
  void g6_passwordsThatAreRightDoNotCount() throws Exception {
    try (TestGateway gateway = gateway(2, byPassword);
        EchoClient client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 10; i++) {
        addUser(gateway, "user" + i);
        assertThat(call(client, basic("user" + i, "good"), "10.0.0.1").code()).isEqualTo(OK);
      }
    }
  }

  @Test
  void g6_badTokensKeepNobodyFromAFirstLogin() throws Exception {
    int port = Ports.free();
    Api elsewhere = byToken.on(port);
    try (TestGateway gateway = gateway(2, elsewhere, byPassword);
        EchoClient client = EchoClient.to(gateway.port());
        EchoClient guesser = EchoClient.to(port)) {
      addUser(gateway, "known");
      List<Outcome> guesses = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        guesses.add(call(guesser, "guess-" + i, "10.0.0.1"));
      }

      assertThat(reason(guesses.getLast())).isEqualTo("ADDRESS_THROTTLED");
      assertThat(call(client, basic("known", "good"), "10.0.0.1").code()).isEqualTo(OK);
    }
  }

  private static void callUntilThrottled(EchoClient client) throws Exception {
    Outcome guess = call(client, basic("known", "worse"), "10.0.0.1");
    while (guess.code() != RESOURCE_EXHAUSTED) {
      guess = call(client, basic("known", "worse"), "10.0.0.1");
    }
  }
}
