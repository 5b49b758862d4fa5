package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.KeySetServer;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TokenIssuer;
import io.grpc.Metadata;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers who flood the gateway with signed tokens that take long to check. */
class JwtFloodTest {
  private static final int OK = 0;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final int SLOW_BITS = 16384;
  private static final int WAITING = 256;
  private static final int CALLS_OF_ONE = 80;

  private final EchoBackend backend = EchoBackend.start("one");
  private final TokenIssuer good = TokenIssuer.rsa("good");
  private final Random random = new Random(7);
  private final int slowPort = Ports.free();

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway(int admin, Api... apis) throws Exception {
    TykFiles files =
        TykFiles.write(
            Ports.free(),
            Map.of(
                "secret",
                Operator.SECRET,
                "policies",
                Map.of("policy_path", "policies"),
                "weir",
                Map.of(
                    "data_dir",
                    "data",
                    "trusted_proxies",
                    List.of("127.0.0.1"),
                    "admin",
                    Map.of("address", "127.0.0.1:" + admin),
                    "limits",
                    Map.of("failed_credentials_burst", 0))),
            List.of(apis));
    Files.createDirectory(files.folder().resolve("policies"));
    files.write(
        "policies/gold.json",
        Operator.json("{'id':'gold','org_id':'default','access_rights':{'good':{}}}"));
    return TestGateway.of(files);
  }

  private Api api(String name, String source) {
    return Api.of(name, backend.target())
        .with("use_keyless", false)
        .with("enable_jwt", true)
        .with("jwt_signing_method", "rsa")
        .with("jwt_source", source)
        .with("jwt_default_policies", List.of("gold"));
  }

  /** Of a key that nobody has the other half of. */
  private String slowSource() throws Exception {
    BigInteger modulus = new BigInteger(SLOW_BITS, random).setBit(SLOW_BITS - 1).setBit(0);
    byte[] key =
        KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)))
            .getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(key));
    return Base64.getEncoder().encodeToString(pem.getBytes(US_ASCII));
  }

  private String slowToken() {
    byte[] signature = new byte[SLOW_BITS / Byte.SIZE];
    random.nextBytes(signature);
    signature[0] = 0;
    return TokenIssuer.token(
        "{'alg':'RS256','typ':'JWT','kid':'slow'}", JwtServerTest.claims(""), _ -> signature);
  }

  private static Metadata shown(String token, String from) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    metadata.put(Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER), from);
    return metadata;
  }

  private static long ended(List<OpenCall> calls, int code) {
    return calls.stream().filter(call -> call.hasEnded() && call.awaitEnd().code() == code).count();
  }

  @Test
  void g6_whoFloodsWithTokensFromOneAddressHoldsUpNobodyFromAnother() throws Exception {
    int admin = Ports.free();
    int most = WAITING * Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    Api slow = api("slow", slowSource()).on(slowPort);
    try (TestGateway gateway = gateway(admin, api("good", good.source()), slow);
        EchoClient client = EchoClient.to(gateway.port());
        Flood attackers = new Flood()) {
      List<OpenCall> flood = attackers.open(slowPort, most + most / 4, _ -> slowToken());
      // So many wait that more are refused.
      await().atMost(Patience.LIMIT).until(() -> ended(flood, UNAVAILABLE) > 0);
      Metrics metrics = Metrics.at(admin);
      assertThat(metrics.get("weir_tokens_limit")).isEqualTo(most);
      assertThat(metrics.get("weir_tokens_waiting")).isBetween(most / 2.0, (double) most);
      assertThat(metrics.get("weir_tokens_addresses")).isEqualTo(1);
      long before = ended(flood, UNAUTHENTICATED);

      Outcome called =
          client.call(
              EchoClient.UNARY,
              shown(good.token(JwtServerTest.claims("")), "10.0.0.2"),
              EchoClient.request("hi"));

      assertThat(called.code()).as(called.message()).isEqualTo(OK);
      assertThat(ended(flood, UNAUTHENTICATED) - before).isLessThan(most / 4);
      flood.forEach(OpenCall::cancel);
    }
  }

  /** Their tokens name keys that nobody has. */
  @Test
  void g4_whoWaitsForAKeySetWithManyTokensKeepsNobodyFromWaiting() throws Exception {
    TokenIssuer next = TokenIssuer.rsa("next");
    try (KeySetServer server = KeySetServer.of(good);
        TestGateway gateway = gateway(Ports.free(), api("good", server.address()));
        EchoClient client = EchoClient.to(gateway.port());
        Flood attackers = new Flood()) {
      assertThat(call(client, good).code()).isEqualTo(OK);
      server.hold(good, next);
      List<OpenCall> flood =
          attackers.open(gateway.port(), WAITING + WAITING / 4, JwtFloodTest::inventedToken);
      await().atMost(Patience.LIMIT).until(() -> ended(flood, UNAVAILABLE) == WAITING / 4);

      OpenCall bystander =
          client
              .open(EchoClient.UNARY, shown(next.token(JwtServerTest.claims("")), "10.0.0.2"))
              .send("hi")
              .halfClose();
      await()
          .atMost(Patience.LIMIT)
          .until(() -> bystander.hasEnded() || ended(flood, UNAVAILABLE) > WAITING / 4);
      server.release();

      Outcome served = bystander.awaitEnd();
      assertThat(served.code()).as(served.message()).isEqualTo(OK);
      assertThat(server.asked()).isEqualTo(2);
      flood.forEach(OpenCall::cancel);
    }
  }

  private static Outcome call(EchoClient client, TokenIssuer issuer) {
    String token = issuer.token(JwtServerTest.claims(""));
    return client.call(EchoClient.UNARY, shown(token, "10.0.0.2"), EchoClient.request("hi"));
  }

  private static String inventedToken(int number) {
    String header = "{'alg':'RS256','typ':'JWT','kid':'invented %d'}".formatted(number);
    return TokenIssuer.token(header, JwtServerTest.claims(""), _ -> new byte[256]);
  }

  /** Clients with one address. */
  private static final class Flood implements AutoCloseable {
    private final List<EchoClient> clients = new ArrayList<>();

    List<OpenCall> open(int port, int calls, IntFunction<String> token) {
      List<OpenCall> open = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        if (i % CALLS_OF_ONE == 0) {
          clients.add(EchoClient.to(port));
        }
        open.add(clients.getLast().open(EchoClient.UPLOAD, shown(token.apply(i), "10.0.0.1")));
      }
      return open;
    }

    @Override
    public void close() {
      clients.forEach(EchoClient::close);
    }
  }
}
