package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.KeySetServer;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TokenIssuer;
import io.grpc.Metadata;
import java.math.BigInteger;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that nobody should have believed (rows G1 to G4). */
class JwtAttackTest {
  private static final int OK = 0;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String GOLD =
      "{'id':'gold','org_id':'default','access_rights':{'guarded':{}}}";
  private static final TokenIssuer.Signer NONE = _ -> new byte[0];

  /** The order of P-256. */
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final EchoBackend backend = EchoBackend.start("one");
  private final TokenIssuer rsa = TokenIssuer.rsa("one");
  private final TokenIssuer mallory = TokenIssuer.rsa("mallory");
  private final TokenIssuer ec = TokenIssuer.ec("one");
  private final Api guarded =
      Api.of("guarded", backend.target())
          .with("use_keyless", false)
          .with("enable_jwt", true)
          .with("jwt_signing_method", "rsa")
          .with("jwt_source", rsa.source())
          .with("jwt_default_policies", List.of("gold"));

  @AfterEach
  void stop() {
    backend.close();
  }

  private static TestGateway gateway(Api api) throws Exception {
    TykFiles files =
        TykFiles.write(
            Ports.free(),
            Map.of(
                "policies", Map.of("policy_path", "policies"), "weir", Map.of("data_dir", "data")),
            List.of(api));
    Files.createDirectory(files.folder().resolve("policies"));
    files.write("policies/gold.json", Operator.json(GOLD));
    return TestGateway.of(files);
  }

  private static String claims(String more) {
    return "{'sub':'alice','exp':%d%s}".formatted(Instant.now().getEpochSecond() + 600, more);
  }

  private static Metadata authorization(String token) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, "Bearer " + token);
    return metadata;
  }

  private static Outcome call(EchoClient client, String token) {
    return client.call(EchoClient.UNARY, authorization(token), EchoClient.request("hi"));
  }

  /** All are refused in the same words, and the good one before and after is not. */
  private void refusesAll(Api api, String good, Map<String, String> forged) throws Exception {
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, good).code()).isEqualTo(OK);
      forged.forEach((what, token) -> {
        Outcome refused = call(client, token);
        assertThat(refused.code()).as(what).isEqualTo(UNAUTHENTICATED);
        assertThat(refused.message())
            .as(what)
            .isIn(
                "API guarded: the token in authorization is not good here",
                "API guarded: the token in authorization has expired");
      });
      assertThat(call(client, good).code()).isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(2);
  }

  private String header(String more) {
    return "{'alg':'RS256','typ':'JWT','kid':'one'%s}".formatted(more);
  }

  private String byMallory(String more) {
    return TokenIssuer.token(header(more), claims(""), mallory.signer());
  }

  @Test
  void g1ForgedTokensAreRefused() throws Exception {
    String good = rsa.token(claims(""));
    String[] parts = good.split("\\.", -1);
    var forged = new LinkedHashMap<String, String>();
    for (String none : List.of("none", "None", "NONE", "nOnE")) {
      String header = "{'alg':'%s','typ':'JWT'}".formatted(none);
      forged.put("alg " + none, TokenIssuer.token(header, claims(""), NONE));
    }
    forged.put(
        "alg none with the signature of another",
        TokenIssuer.part("{'alg':'none'}") + "." + parts[1] + "." + parts[2]);
    forged.put("no alg", TokenIssuer.token("{'typ':'JWT','kid':'one'}", claims(""), rsa.signer()));
    forged.put("alg of another type", TokenIssuer.token("{'alg':256}", claims(""), rsa.signer()));
    forged.put(
        "HS256 by the PEM of the public key",
        TokenIssuer.token("{'alg':'HS256','kid':'one'}", claims(""), TokenIssuer.hmac(rsa.file())));
    forged.put(
        "HS256 by the public key",
        TokenIssuer.token(
            "{'alg':'HS256','kid':'one'}", claims(""), TokenIssuer.hmac(rsa.key().getEncoded())));
    forged.put("jwk in the header", byMallory(",'jwk':" + mallory.jwk()));
    forged.put("jku", byMallory(",'jku':'https://mallory.test/keys'"));
    forged.put("x5u", byMallory(",'x5u':'https://mallory.test/cert.pem'"));
    forged.put(
        "x5c",
        byMallory(
            ",'x5c':['%s']"
                .formatted(Base64.getEncoder().encodeToString(mallory.key().getEncoded()))));
    for (String kid :
        List.of("../../../../dev/null", "/proc/self/environ", "x' OR '1'='1", "one\\u0000", "")) {
      forged.put(
          "kid " + kid,
          TokenIssuer.token(
              "{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(kid), claims(""), mallory.signer()));
    }
    forged.put("crit", rsa.token(header(",'crit':['exp']"), claims("")));
    forged.put(
        "crit that is not there", rsa.token(header(",'crit':['b64'],'b64':false"), claims("")));
    forged.put("two parts", parts[0] + "." + parts[1]);
    forged.put("no signature", parts[0] + "." + parts[1] + ".");
    forged.put("five parts", good + ".AAAA.AAAA");
    forged.put(
        "a plain token in an encrypted one",
        TokenIssuer.part("{'alg':'RSA-OAEP','enc':'A128GCM','cty':'JWT'}")
            + ".AAAA.AAAA."
            + TokenIssuer.part(claims(""))
            + ".AAAA");
    forged.put("by another key", byMallory(""));
    forged.put("a header that is null", TokenIssuer.part("null") + "." + parts[1] + ".AA");
    forged.put("claims that are null", parts[0] + "." + TokenIssuer.part("null") + ".AA");

    assertThat(forged).hasSize(27);
    refusesAll(guarded, good, forged);
  }

  @Test
  void g1OtherClaimsUnderASignatureAreRefused() throws Exception {
    String good = rsa.token(claims(""));
    String[] parts = good.split("\\.", -1);
    var forged = new LinkedHashMap<String, String>();
    String others = TokenIssuer.part(claims(",'admin':true"));
    forged.put("other claims", parts[0] + "." + others + "." + parts[2]);
    forged.put("padding", good + "=");
    String another = good.endsWith("_") ? "-" : "_";
    forged.put("other bits at the end", good.substring(0, good.length() - 1) + another);
    forged.put("a blank", parts[0] + ". " + parts[1] + "." + parts[2]);
    forged.put("what is no base64", parts[0] + "." + parts[1] + "*." + parts[2]);
    forged.put("nothing", "..");
    refusesAll(guarded, good, forged);
  }

  private static byte[] joined(BigInteger r, BigInteger s) {
    byte[] both = new byte[64];
    for (int i = 0; i < 2; i++) {
      byte[] number = (i == 0 ? r : s).toByteArray();
      int length = Math.min(32, number.length);
      System.arraycopy(number, number.length - length, both, 32 * (i + 1) - length, length);
    }
    return both;
  }

  @Test
  void g2SignaturesThatEcdsaMustNotTakeAreRefused() throws Exception {
    Api api = guarded.with("jwt_signing_method", "ecdsa").with("jwt_source", ec.source());
    TokenIssuer p384 = TokenIssuer.ec384("one");
    var forged = new LinkedHashMap<String, String>();
    forged.put("r = s = 0", TokenIssuer.token(ec.header(), claims(""), _ -> new byte[64]));
    forged.put(
        "r = s = the order", TokenIssuer.token(ec.header(), claims(""), _ -> joined(ORDER, ORDER)));
    forged.put(
        "r = the order, s = 1",
        TokenIssuer.token(ec.header(), claims(""), _ -> joined(ORDER, BigInteger.ONE)));
    forged.put(
        "DER",
        TokenIssuer.token(
            ec.header(),
            claims(""),
            input -> {
              byte[] raw = ec.signer().sign(input);
              return der(
                  new BigInteger(1, Arrays.copyOf(raw, 32)),
                  new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)));
            }));
    forged.put("of another curve", p384.token(claims("")));
    forged.put(
        "of another curve by another name",
        TokenIssuer.token(ec.header(), claims(""), p384.signer()));

    assertThat(forged).hasSize(6);
    refusesAll(api, ec.token(claims("")), forged);
  }

  private static byte[] der(BigInteger r, BigInteger s) {
    byte[] one = r.toByteArray();
    byte[] two = s.toByteArray();
    byte[] der = new byte[6 + one.length + two.length];
    der[0] = 0x30;
    der[1] = (byte) (der.length - 2);
    der[2] = 2;
    der[3] = (byte) one.length;
    System.arraycopy(one, 0, der, 4, one.length);
    der[4 + one.length] = 2;
    der[5 + one.length] = (byte) two.length;
    System.arraycopy(two, 0, der, 6 + one.length, two.length);
    return der;
  }

  @Test
  void g3ClaimsThatCannotBeAreRefused() throws Exception {
    long now = Instant.now().getEpochSecond();
    var forged = new LinkedHashMap<String, String>();
    forged.put("exp over", "{'sub':'a','exp':%d}".formatted(now - 1));
    forged.put("exp a text", "{'sub':'a','exp':'%d'}".formatted(now + 600));
    forged.put("exp huge", "{'sub':'a','exp':1e300}");
    forged.put("exp beyond every number", "{'sub':'a','exp':1e9999}");
    forged.put("exp negative", "{'sub':'a','exp':-1}");
    forged.put("exp null", "{'sub':'a','exp':null}");
    forged.put("exp twice", "{'sub':'a','exp':%d,'exp':%d}".formatted(now - 1, now + 600));
    forged.put("nbf to come", claims(",'nbf':%d".formatted(now + 300)));
    forged.put("nbf a list", claims(",'nbf':[%d]".formatted(now)));
    forged.put("iat to come", claims(",'iat':%d".formatted(now + 300)));
    forged.put("sub twice", "{'sub':'alice','sub':'root','exp':%d}".formatted(now + 600));
    forged.put("sub a number", "{'sub':7,'exp':%d}".formatted(now + 600));
    forged.put("nobody", "{'exp':%d}".formatted(now + 600));
    forged.put("aud of numbers", claims(",'aud':[1]"));
    forged.put("no object", "['sub','alice']");
    forged.put("null", "null");
    forged.put("a list of pairs", "[['sub','alice']]");

    assertThat(forged).hasSize(17);
    forged.replaceAll((_, claims) -> rsa.token(claims));
    refusesAll(guarded, rsa.token(claims("")), forged);
  }

  @Test
  void g3ClaimsThatMayBeAreNotRefused() throws Exception {
    long now = Instant.now().getEpochSecond();
    List<String> good =
        List.of(
            "{'sub':'a'}",
            claims(",'aud':['one','two'],'iss':'https://issuer.test/'"),
            claims(",'aud':'one','iss':'https://issuer.test'"),
            claims(",'nbf':%d,'iat':%d".formatted(now + 20, now + 20)),
            "{'sub':'a','exp':%d.5}".formatted(now + 600),
            claims(",'deep':{'sub':'b','exp':1}"));
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      for (String claims : good) {
        assertThat(call(client, rsa.token(claims)).code()).as(claims).isEqualTo(OK);
      }
    }
  }

  @Test
  void g4NamesThatNobodyKnowsCauseOneFetchAndRotationFailsNoCall() throws Exception {
    TokenIssuer two = TokenIssuer.rsa("two");
    try (KeySetServer server = KeySetServer.of(rsa);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String old = rsa.token(claims(""));
      assertThat(call(client, old).code()).isEqualTo(OK);
      assertThat(server.asked()).isEqualTo(1);

      server.publish(rsa, two);
      String fresh = two.token(claims(""));
      List<OpenCall> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(client.open(EchoClient.UNARY, authorization(fresh)).send("hi").halfClose());
        calls.add(client.open(EchoClient.UNARY, authorization(old)).send("hi").halfClose());
      }
      assertThat(calls).allSatisfy(call -> assertThat(call.awaitEnd().code()).isEqualTo(OK));
      assertThat(server.asked()).isEqualTo(2);

      calls.clear();
      for (int i = 0; i < 10_000; i++) {
        String header = "{'alg':'RS256','kid':'bad %d'}".formatted(i);
        String token = TokenIssuer.token(header, "{}", _ -> new byte[256]);
        calls.add(client.open(EchoClient.UNARY, authorization(token)).send("hi").halfClose());
        if (calls.size() == 100) {
          assertThat(calls)
              .allSatisfy(call -> {
                Outcome later = call.awaitEnd();
                assertThat(later.code()).isEqualTo(UNAVAILABLE);
                assertThat(Integer.parseInt(later.trailers().get(PUSHBACK))).isBetween(1, 60_000);
              });
          calls.clear();
        }
      }
      assertThat(call(client, old).code()).isEqualTo(OK);
      // Names of keys are not looked for again before a minute is over.
      assertThat(server.asked()).isEqualTo(2);
    }
  }

  /** Who issues tokens may give a new key the name of the last one; forgers name it too. */
  @Test
  void g4AKeyThatTakesTheNameOfAnotherFailsNoCallAndForgersCauseNoMoreFetches() throws Exception {
    TokenIssuer next = TokenIssuer.rsa("two").named("one");
    try (KeySetServer server = KeySetServer.of(rsa);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String old = rsa.token(claims(""));
      OpenCall chat = client.open(EchoClient.CHAT, authorization(old)).send("before");
      chat.awaitReply();
      assertThat(server.asked()).isEqualTo(1);

      server.publish(next);
      List<OpenCall> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String fresh = next.token(claims(",'n':" + i));
        calls.add(client.open(EchoClient.UNARY, authorization(fresh)).send("hi").halfClose());
      }
      assertThat(calls).allSatisfy(call -> assertThat(call.awaitEnd().code()).isEqualTo(OK));
      assertThat(server.asked()).isEqualTo(2);
      assertThat(call(client, old).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(chat.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);

      String known = next.token(claims(""));
      assertThat(call(client, known).code()).isEqualTo(OK);
      for (int i = 0; i < 200; i++) {
        String header = "{'alg':'RS256','kid':'one','n':%d}".formatted(i);
        String forged = TokenIssuer.token(header, claims(""), _ -> new byte[256]);
        assertThat(call(client, forged).code()).isNotEqualTo(OK);
      }
      assertThat(call(client, known).code()).isEqualTo(OK);
      assertThat(server.asked()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "redirect", "huge", "stall", "no key set"})
  void g4AKeySetThatCannotBeHadLeavesTheLastOneInPlace(String fault) throws Exception {
    try (KeySetServer elsewhere = KeySetServer.of(mallory);
        KeySetServer server = KeySetServer.of(rsa);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, rsa.token(claims(""))).code()).isEqualTo(OK);
      switch (fault) {
        case "error" -> server.fail(500);
        case "redirect" -> server.redirect(elsewhere.address());
        case "huge" -> server.say("{\"keys\":[" + " ".repeat(2 << 20) + "]}");
        case "stall" -> server.stall();
        default -> server.say("<html>");
      }
      // Asks for a name that is not there, so that it is fetched now.
      assertThat(call(client, mallory.token(claims(""))).code()).isEqualTo(UNAVAILABLE);
      await().untilAsserted(() -> assertThat(server.asked()).isGreaterThanOrEqualTo(2));
      assertThat(call(client, rsa.token(claims(",'n':1"))).code()).isEqualTo(OK);
      assertThat(elsewhere.asked()).isZero();
    }
  }

  @Test
  void g4AKeyThatIsWithdrawnEndsItsTokensAndTheirStreams() throws Exception {
    TokenIssuer two = TokenIssuer.rsa("two");
    try (KeySetServer server = KeySetServer.of(rsa);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String old = rsa.token(claims(""));
      OpenCall chat = client.open(EchoClient.CHAT, authorization(old)).send("before");
      chat.awaitReply();

      server.publish(two);
      assertThat(call(client, two.token(claims(""))).code()).isEqualTo(OK);
      assertThat(call(client, old).code()).isEqualTo(UNAVAILABLE);
      assertThat(chat.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aSecretIsNoKeyForOthers() throws Exception {
    byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(US_ASCII);
    TokenIssuer mine = TokenIssuer.secret(secret);
    Api api = guarded.with("jwt_signing_method", "hmac").with("jwt_source", mine.source());
    var forged = new LinkedHashMap<String, String>();
    forged.put("RS256", rsa.token(claims("")));
    forged.put("RS256 by the secret", mine.token(rsa.header(), claims("")));
    forged.put(
        "an empty secret",
        TokenIssuer.token(mine.header(), claims(""), TokenIssuer.hmac(new byte[1])));
    forged.put("HS512 by its name", mine.token("{'alg':'HS512'}", claims("")));
    refusesAll(api, mine.token(claims("")), forged);
  }
}
