package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown or written to a gateway so that it tells, keeps or works more than it should. */
class AccessBombsServerTest {
  private static final int PERMISSION_DENIED = 7;
  private static final int OK = 0;
  private static final int UNAUTHENTICATED = 16;
  private static final int AT_ONCE = 50;

  /** That of the work for something else. Measured are 0.5 for tokens and 1 for passwords. */
  private static final int MOST_TIMES = 2;

  private static final int WORK_CALLS = 2000;
  private static final int WORK_ROUNDS = 5;
  private static final int USERS = 5;
  private static final String BASIC = "{'basic_auth_data':{'password':'right'}";
  private static final String PATH = "/weir.testkit.Echo/Unary";
  private static final String ALL = "{'org_id':'default','access_rights':{'echo':{}}}";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api echo = Api.of("echo", backend.target()).with("use_keyless", false);

  @AfterEach
  void stop() {
    backend.close();
  }

  private static Map<String, Object> uncounted() {
    return Map.of("limits", Map.of("failed_credentials_burst", 0));
  }

  private TestGateway gateway() {
    return TestGateway.configured(Map.of("secret", Operator.SECRET, "weir", uncounted()), echo);
  }

  /** Answers do not tell how much of a token is right, nor whether there is anything like it. */
  @Test
  void g5AHundredThousandProbesAreAnsweredAlike() {
    try (TestGateway gateway = gateway();
        WirePeer prober = WirePeer.client(gateway.port())) {
      String right = new Operator(gateway.port()).ask("POST", "/keys", ALL).member("key");
      Random random = new Random(5);
      Set<String> answers = new HashSet<>();
      int probes = 100_000;
      for (int sent = 0; sent < probes; sent += AT_ONCE) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          shown.add(i % 2 == 0 ? unknown(random, right.length()) : almost(random, right));
        }
        answers.addAll(answers(prober, sent, i -> asked(PATH).with("authorization", shown.get(i))));
      }

      assertThat(answers).hasSize(1);
      assertThat(answers.iterator().next()).contains("grpc-status: 16");
      prober.send(
          Frame.headers(1 + 2 * probes, asked(PATH).with("authorization", right)),
          Frame.message(1 + 2 * probes, new byte[0]).last());
      assertThat(prober.expectFate(1 + 2 * probes)).isEqualTo("grpc 0");
    }
    assertThat(backend.calls()).hasSize(1);
  }

  /** What a call is forwarded for is more work than what it is refused for. */
  @Test
  void g5AProbeTakesNoMoreWorkThanAGoodCall() {
    try (TestGateway gateway = gateway()) {
      String right = new Operator(gateway.port()).ask("POST", "/keys", ALL).member("key");
      Random random = new Random(6);
      // Once for the compiler of the JVM, which has no part in what is compared.
      Work work = Work.NONE;
      for (int round = 0; round <= WORK_ROUNDS; round++) {
        Work more =
            new Work(
                probed(gateway, _ -> right),
                probed(gateway, _ -> unknown(random, right.length())),
                probed(gateway, _ -> almost(random, right)));
        work = round == 0 ? work : work.and(more);
      }
      work.assertAlike();
    }
  }

  /** A password that is wrong, or of nobody, is compared once, as a right one is. */
  @Test
  void g5APasswordThatIsWrongTakesNoMoreWorkThanARightOne() {
    Api basic = echo.with("use_basic_auth", true);
    try (TestGateway gateway =
            TestGateway.configured(Map.of("secret", Operator.SECRET, "weir", uncounted()), basic);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      for (int i = 0; i <= USERS; i++) {
        operator.ask("POST", "/keys/user" + i, ALL.replace("{'org", BASIC + ",'org"));
      }
      login(client, "user" + USERS, "right", OK);
      login(client, "user" + USERS, "wrong", UNAUTHENTICATED);

      new Work(
              GatewayWork.nanos(() -> logins(client, "user", "right", OK)),
              GatewayWork.nanos(() -> logins(client, "nobody", "right", UNAUTHENTICATED)),
              GatewayWork.nanos(() -> logins(client, "user", "wrong", UNAUTHENTICATED)))
          .assertAlike();
    }
  }

  private static void logins(EchoClient client, String name, String password, int code) {
    for (int i = 0; i < USERS; i++) {
      login(client, name + i, password, code);
    }
  }

  private static void login(EchoClient client, String name, String password, int code) {
    String pair = Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
    assertThat(call(client, PATH.substring(1), "Basic " + pair).code()).as(name).isEqualTo(code);
  }

  /** Of as many credentials each. */
  private record Work(long good, long unknown, long almost) {
    static final Work NONE = new Work(0, 0, 0);

    Work and(Work more) {
      return new Work(good + more.good, unknown + more.unknown, almost + more.almost);
    }

    void assertAlike() {
      assertThat(unknown).as("%s", this).isLessThan(MOST_TIMES * good);
      assertThat(almost).as("%s", this).isLessThan(MOST_TIMES * good);
      assertThat(almost).as("%s", this).isBetween(unknown / MOST_TIMES, unknown * MOST_TIMES);
    }
  }

  private static long probed(TestGateway gateway, IntFunction<String> tokens) {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      return GatewayWork.nanos(() -> {
        for (int sent = 0; sent < WORK_CALLS; sent += AT_ONCE) {
          for (int i = sent; i < sent + AT_ONCE; i++) {
            client.send(
                Frame.headers(1 + 2 * i, asked(PATH).with("authorization", tokens.apply(i))),
                Frame.message(1 + 2 * i, new byte[0]).last());
          }
          for (int i = sent; i < sent + AT_ONCE; i++) {
            assertThat(client.expectFate(1 + 2 * i)).isIn("grpc 0", "grpc 16");
          }
        }
      });
    }
  }

  private static String unknown(Random random, int length) {
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < length; i++) {
      token.append(Character.forDigit(random.nextInt(16), 16));
    }
    return token.toString();
  }

  /** Right up to some character, and perhaps behind it. */
  private static String almost(Random random, String right) {
    int at = random.nextInt(right.length());
    return switch (random.nextInt(5)) {
      case 0 -> right.substring(0, Math.max(1, at));
      case 1 -> right + unknown(random, 1 + at % 3);
      case 2 -> right.toUpperCase(Locale.ROOT) + "A";
      case 3 -> right.substring(0, at) + unknown(random, right.length() - at) + "x";
      default -> right.substring(0, at) + '-' + right.substring(at + 1);
    };
  }

  private static Fields asked(String path) {
    return Fields.grpcRequest(path);
  }

  /** What calls are answered with that are made together, a stream for each. */
  private static Set<String> answers(WirePeer client, int first, IntFunction<Fields> heads) {
    for (int i = 0; i < AT_ONCE; i++) {
      client.send(Frame.headers(1 + 2 * (first + i), heads.apply(i)).last());
    }
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < AT_ONCE; i++) {
      answers.add(client.expectHeaders(1 + 2 * (first + i)).fields().toString());
    }
    return answers;
  }

  /** More than its whole heap would hold, if it kept but one of them of each call. */
  @Test
  void g10WhatCallersInventIsNotKept() {
    int admin = Ports.free();
    Map<String, Object> weir =
        Map.of(
            "enable_custom_domains",
            true,
            "weir",
            Map.of(
                "admin",
                Map.of("address", "127.0.0.1:" + admin),
                "trusted_proxies",
                List.of("127.0.0.1")));
    Api asking = Api.of("asking", backend.target()).with("domain", "{any:.+}.never");
    try (var process = WeirProcess.tuned(List.of("-Xmx64m"), weir, echo, asking);
        WirePeer client = WirePeer.client(process.port())) {
      answers(client, 0, AccessBombsServerTest::invented);
      Set<String> before = Metrics.at(admin).values().keySet();
      for (int sent = AT_ONCE; sent < 40_000; sent += AT_ONCE) {
        int first = sent;
        answers(client, sent, i -> invented(first + i));
      }

      assertThat(Metrics.at(admin).values().keySet()).isEqualTo(before);
      assertThat(process.isAlive()).isTrue();
    }
    assertThat(backend.calls()).isEmpty();
  }

  /** Of another path, authority, key, address and program than all others. */
  private static Fields invented(int number) {
    String long2k = number + "x".repeat(2000);
    return Fields.of(
        ":method",
        "POST",
        ":scheme",
        "http",
        ":path",
        "/x.Y/" + number + "x".repeat(200),
        ":authority",
        "h" + number + ".test",
        "content-type",
        "application/grpc",
        "te",
        "trailers",
        "authorization",
        long2k,
        "user-agent",
        long2k,
        "x-forwarded-for",
        "10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255));
  }

  /** Each of these would keep an engine that tries all ways busy for longer than anybody lives. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "a*a*a*a*a*a*a*a*a*a*b$",
        "^/(a|aa)+$",
        "(.*)*b$",
        "(a*)*c",
        "^/(([a-z])+.)+[A-Z]([a-z])+$"
      })
  void g11PatternsOfKeysAndPoliciesTakeLinearTime(String pattern) {
    String rights =
        "'access_rights':{'echo':{'allowed_urls':[{'url':'%s','methods':['POST']}]}}"
            .formatted(pattern);
    try (TestGateway gateway =
            TestGateway.configured(Operator.configuration(Map.of("weir", uncounted())), echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String own =
          operator.ask("POST", "/keys", "{'org_id':'default'," + rights + "}").member("key");
      Operator.Answer policy =
          operator.ask("POST", "/policies", "{'id':'slow','org_id':'default'," + rights + "}");
      assertThat(policy.status()).as(policy.body()).isEqualTo(200);
      assertThat(gateway.reload().isWhole()).isTrue();
      String byPolicy =
          operator
              .ask("POST", "/keys", "{'org_id':'default','apply_policies':['slow']}")
              .member("key");
      String free = operator.ask("POST", "/keys", ALL).member("key");
      for (String token : List.of(own, byPolicy)) {
        for (int length : List.of(30, 1000, 8192)) {
          assertThat(call(client, "a".repeat(length) + "/!", token).code())
              .isEqualTo(PERMISSION_DENIED);
        }
      }
      assertThat(call(client, PATH.substring(1), free).code()).isEqualTo(OK);
    }
  }

  /** What no engine could do in linear time, or small memory, is refused where it is written. */
  @ParameterizedTest
  @ValueSource(strings = {"(a)\\\\1", "(?=a)b"})
  void g11WhatCannotBeSearchedSoIsRefused(String pattern) {
    String rights =
        "'access_rights':{'echo':{'allowed_urls':[{'url':'%s','methods':['POST']}]}}"
            .formatted(pattern);
    try (TestGateway gateway = TestGateway.configured(Operator.configuration(Map.of()), echo)) {
      Operator operator = new Operator(gateway.port());
      Operator.Answer key = operator.ask("POST", "/keys", "{'org_id':'default'," + rights + "}");
      Operator.Answer policy =
          operator.ask("POST", "/policies", "{'id':'p','org_id':'default'," + rights + "}");

      assertThat(key.status()).as(key.body()).isEqualTo(400);
      assertThat(key.body()).contains("access_rights.echo.allowed_urls[0].url");
      assertThat(policy.status()).as(policy.body()).isEqualTo(400);
    }
  }

  private static Outcome call(EchoClient client, String method, String token) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, token);
    return client.call(
        EchoClient.UNARY.toBuilder().setFullMethodName(method).build(),
        metadata,
        EchoClient.request("hi"));
  }
}
