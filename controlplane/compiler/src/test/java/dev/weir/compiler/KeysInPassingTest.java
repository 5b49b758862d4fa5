package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Identity;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.SignedTokens;
import dev.weir.jwt.KeySetSource;
import dev.weir.model.JwtRules;
import dev.weir.model.JwtRules.ClaimNames;
import dev.weir.model.JwtRules.Clients;
import dev.weir.model.JwtRules.Method;
import dev.weir.model.JwtRules.Skews;
import dev.weir.model.KeyReader;
import dev.weir.model.Secret;
import dev.weir.store.KeyVault;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are checked while the keys which sign them come. */
class KeysInPassingTest {
  private static final JwtRules RULES =
      new JwtRules(
          "acme",
          Method.RSA,
          new Secret(""),
          List.of(),
          new Skews(0, 30, 30),
          new ClaimNames("", "", "scope"),
          List.of(),
          Map.of(),
          new Clients(false, false, ""),
          Set.of());
  private static final KeyPair ONE = pair();
  private static final KeyPair TWO = pair();

  private volatile String published = "";

  /** Ends while the source is asked, after the key of a token was looked for. */
  private volatile Runnable fetch = () -> {};

  private final KeyVault vault;
  private final KeyDirectory keys;
  private final ProofThreads threads = new ProofThreads("tokens", 16, "checked a token");

  /** Who fetches, and whoever waited for it, is done at once. */
  private final KeySetSource source =
      new KeySetSource(
          URI.create("https://issuer.test/keys"),
          Duration.ofMinutes(4),
          _ -> published(),
          Runnable::run,
          this::nanos,
          () -> {});

  KeysInPassingTest(@TempDir Path data) {
    vault = new KeyVault(data);
    keys = new KeyDirectory(vault, new KeyReader(false), Matching.TYK);
  }

  @AfterEach
  void close() {
    threads.close();
    keys.close();
    vault.close();
  }

  private String published() {
    return published;
  }

  private long nanos() {
    Runnable once = fetch;
    fetch = () -> {};
    once.run();
    return 0;
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int sign = bytes[0] == 0 ? 1 : 0;
    return part(Arrays.copyOfRange(bytes, sign, bytes.length));
  }

  private static String document(String name, KeyPair pair) {
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return "{'keys':[{'kty':'RSA','kid':'%s','n':'%s','e':'%s'}]}"
        .formatted(name, unsigned(key.getModulus()), unsigned(key.getPublicExponent()))
        .replace('\'', '"');
  }

  private static byte[] token(String name, KeyPair pair) throws Exception {
    String signed =
        part("{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(name).getBytes(US_ASCII))
            + "."
            + part("{\"sub\":\"alice\"}".getBytes(US_ASCII));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(US_ASCII));
    return (signed + "." + part(signature.sign())).getBytes(US_ASCII);
  }

  /** What is told of a token while keys come which the source, just asked, has not waited for. */
  private Object told(byte[] token, String next) throws Exception {
    var tokens = new IssuedTokens(RULES, List.of(source), keys, threads, () -> 1000, () -> 1);
    source.tick();
    // It may be asked again after a minute.
    source.ask(() -> {});
    published = next;
    fetch = source::refetch;
    var told = new CompletableFuture<Object>();
    tokens.prove(token, 0, new Told(told));
    return told.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aKeyThatComesBetweenTheLookAndTheQuestionCounts() throws Exception {
    published = document("one", ONE);
    assertThat(told(token("two", TWO), document("two", TWO))).isInstanceOf(Identity.class);
  }

  @Test
  void aKeyThatTakesTheNameOfAnotherMeanwhileCounts() throws Exception {
    published = document("one", ONE);
    assertThat(told(token("one", TWO), document("one", TWO))).isInstanceOf(Identity.class);
  }

  @Test
  void aTokenOfNoKeyIsRefusedWhateverComes() throws Exception {
    published = document("one", ONE);
    assertThat(told(token("three", TWO), document("two", TWO))).isEqualTo(Kind.TOKEN_KEYS_MISSING);
  }

  private record Told(CompletableFuture<Object> told) implements SignedTokens.Verdict {
    @Override
    public void is(Identity identity) {
      told.complete(identity);
    }

    @Override
    public void isNot(Kind kind, String words, long retryNanos) {
      told.complete(kind);
    }

    @Override
    public void isBusy() {
      told.complete("busy");
    }
  }
}
