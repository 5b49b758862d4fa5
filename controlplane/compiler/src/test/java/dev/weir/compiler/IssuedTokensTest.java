package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Identity;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.SignedTokens;
import dev.weir.model.JwtRules;
import dev.weir.model.JwtRules.ClaimNames;
import dev.weir.model.JwtRules.Clients;
import dev.weir.model.JwtRules.Method;
import dev.weir.model.JwtRules.Skews;
import dev.weir.model.KeyReader;
import dev.weir.model.Secret;
import dev.weir.store.Condition;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is remembered of tokens that clients have signed with the secret of a key. */
class IssuedTokensTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final JwtRules RULES =
      new JwtRules(
          "acme",
          Method.HMAC,
          new Secret(""),
          List.of(),
          new Skews(0, 30, 30),
          new ClaimNames("", "", "scope"),
          List.of(),
          Map.of(),
          new Clients(true, true, ""),
          Set.of("a", "b"));

  private final AtomicLong now = new AtomicLong(1000);
  private final AtomicLong nanos = new AtomicLong();
  private final KeyVault vault;
  private final KeyDirectory keys;
  private final TokenIssuers issuers;

  IssuedTokensTest(@TempDir Path data) {
    vault = new KeyVault(data);
    keys = new KeyDirectory(vault, new KeyReader(false), Matching.TYK);
    issuers =
        new TokenIssuers(
            keys,
            _ -> {
              throw new IOException("nobody is asked");
            },
            now::get,
            nanos::get,
            Duration.ofMillis(1));
  }

  @AfterEach
  void close() {
    issuers.close();
    keys.close();
    vault.close();
  }

  private void put(String name, String more) throws Exception {
    KeyVault.Open open = vault.open();
    String key =
        "{'org_id':'acme','access_rights':{'greeter':{}},'jwt_data':{'secret':'%s'}%s}"
            .formatted(SECRET, more)
            .replace('\'', '"');
    open.store().put(RecordKind.KEY, open.hash().of(name), key, Condition.any());
  }

  private SignedTokens tokens() throws Exception {
    TokenIssuers.Use use = issuers.newUse();
    SignedTokens tokens = use.of(RULES);
    use.begin();
    return tokens;
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] token(String claims) throws Exception {
    String signed =
        part("{\"alg\":\"HS256\"}".getBytes(US_ASCII))
            + "."
            + part(claims.replace('\'', '"').getBytes(US_ASCII));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(US_ASCII), "HmacSHA256"));
    return (signed + "." + part(mac.doFinal(signed.getBytes(US_ASCII)))).getBytes(US_ASCII);
  }

  /** Fails for a token that is not good. */
  private static Identity proven(SignedTokens tokens, byte[] token) throws Exception {
    var proven = new CompletableFuture<Identity>();
    boolean told =
        tokens.prove(
            token,
            0,
            new SignedTokens.Verdict() {
              @Override
              public void is(Identity identity) {
                proven.complete(identity);
              }

              @Override
              public void isNot(Kind kind, String words, long retryNanos) {
                proven.completeExceptionally(new AssertionError(kind + " " + words));
              }

              @Override
              public void isBusy() {
                proven.completeExceptionally(new AssertionError("busy"));
              }
            });
    assertThat(told).isTrue();
    return proven.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aTokenThatHasExpiredIsForgottenWhereNobodyPublishesKeys() throws Exception {
    put("one", "");
    keys.ready();
    SignedTokens tokens = tokens();
    byte[] token = token("{'sub':'one','exp':2000,'a':'x'}");
    Identity identity = proven(tokens, token);
    assertThat(tokens.find(token, 0, token.length)).isSameAs(identity);

    now.set(2000);
    await().untilAsserted(() -> assertThat(tokens.find(token, 0, token.length)).isNull());
    assertThat(identity.isKnown()).isFalse();
  }

  @Test
  void whatATokenSaidGoesWithIt() throws Exception {
    put("one", "");
    keys.ready();
    Identity identity = proven(tokens(), token("{'sub':'one','a':'x','c':'y'}"));
    assertThat(identity.claims()).isEqualTo(Map.of("a", "x"));

    issuers.newUse().begin();
    assertThat(identity.isKnown()).isFalse();
    assertThat(identity.claims()).isEmpty();
  }

  @Test
  void aTokenThatSaysTooMuchIsRefused() throws Exception {
    put("one", "");
    keys.ready();
    SignedTokens tokens = tokens();
    String most = "'sub':'one','a':'%s','b':'%s'".formatted("x".repeat(1024), "x".repeat(1024));
    assertThat(proven(tokens, token("{" + most + ",'c':'" + "x".repeat(5000) + "'}")).claims())
        .hasSize(2);
    CompletableFuture<?> more =
        CompletableFuture.supplyAsync(() -> {
          try {
            return proven(tokens, token("{" + most.replace("'a':'", "'a':'x") + "}"));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(more)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("TOKEN_REFUSED is not good here");
  }

  @Test
  void tokensThatSayMuchLeaveRoomForFewer() throws Exception {
    put("one", "");
    keys.ready();
    SignedTokens tokens = tokens();
    byte[] first = token("{'sub':'one'}");
    proven(tokens, first);
    String most = "{'sub':'one','n':%d,'a':'" + "x".repeat(2048) + "'}";
    int enough = IssuedTokens.MOST_TOLD / 2048;
    for (int i = 0; i < enough; i++) {
      proven(tokens, token(most.formatted(i)));
    }
    assertThat(tokens.find(first, 0, first.length)).isNotNull();
    proven(tokens, token(most.formatted(enough)));
    assertThat(tokens.find(first, 0, first.length)).isNull();
  }

  @Test
  void nothingIsRememberedForAKeyThatLetsNobodyIn() throws Exception {
    put("late", ",'expires':500");
    put("still", ",'is_inactive':true");
    keys.ready();
    SignedTokens tokens = tokens();
    for (String name : List.of("late", "still")) {
      byte[] token = token("{'sub':'%s','a':'x'}".formatted(name));
      assertThat(proven(tokens, token).isKnown()).isTrue();
      assertThat(tokens.find(token, 0, token.length)).as(name).isNull();
    }
  }

  /** Who knows how to bring one about would fill the log. */
  @Test
  void faultsOfTheGatewayAreLoggedNowAndThen() throws Exception {
    put("one", "");
    keys.ready();
    SignedTokens tokens = tokens();
    var log = new ListAppender<ILoggingEvent>();
    Logger logger = (Logger) LoggerFactory.getLogger("dev.weir.compiler");
    log.start();
    logger.addAppender(log);
    try {
      for (int i = 0; i < 5; i++) {
        assertThat(refusedByFault(tokens)).isEqualTo(Kind.TOKEN_REFUSED);
      }
      nanos.addAndGet(Duration.ofSeconds(10).toNanos());
      assertThat(refusedByFault(tokens)).isEqualTo(Kind.TOKEN_REFUSED);
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .filteredOn(event -> event.getLevel() == Level.ERROR)
        .extracting(event -> event.getKeyValuePairs().getFirst().value)
        .containsExactly(0L, 4L);
  }

  /** What is told of a good token when whoever waits for the answer fails to take it. */
  private static Kind refusedByFault(SignedTokens tokens) throws Exception {
    var told = new CompletableFuture<Kind>();
    tokens.prove(
        token("{'sub':'one'}"),
        0,
        new SignedTokens.Verdict() {
          @Override
          public void is(Identity identity) {
            throw new IllegalStateException("a fault");
          }

          @Override
          public void isNot(Kind kind, String words, long retryNanos) {
            told.complete(kind);
          }

          @Override
          public void isBusy() {
            told.completeExceptionally(new AssertionError("busy"));
          }
        });
    return told.get(10, TimeUnit.SECONDS);
  }

  @Test
  void g6_whoFillsTheQueueFromOneAddressHoldsUpNobodyFromAnother() throws Exception {
    put("one", "");
    keys.ready();
    SignedTokens tokens = tokens();
    var held = new CountDownLatch(1);
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    for (int i = 0; i < ProofThreads.count(); i++) {
      tokens.prove(numbered(-1 - i), 1, new Told("held", told, held::await));
    }
    int most = issuers.checks().most();
    for (int i = 0; i < most + 5; i++) {
      tokens.prove(numbered(i), 1, new Told("flood", told, () -> {}));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(next(told)).isEqualTo("flood is busy");
    }

    assertThat(tokens.prove(numbered(most + 5), 2, new Told("other", told, () -> {}))).isTrue();
    assertThat(issuers.checks()).isEqualTo(new ProofCounts(most, 2, most));
    held.countDown();
    int before = 0;
    while (!next(told).equals("other is known")) {
      before++;
    }

    // One made room. Those that were under way, and a turn of each thread and what it does
    // meanwhile.
    assertThat(before).isLessThanOrEqualTo(1 + 5 * ProofThreads.count());
  }

  @Test
  void whoGivesUpMakesRoom() throws Exception {
    put("one", "");
    keys.ready();
    SignedTokens tokens = tokens();
    var held = new CountDownLatch(1);
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    for (int i = 0; i < ProofThreads.count(); i++) {
      tokens.prove(numbered(-1 - i), 1, new Told("held", told, held::await));
    }
    int most = issuers.checks().most();
    for (int i = 0; i < most; i++) {
      var gone = new Told("gone", told, () -> {});
      tokens.prove(numbered(i), 1, gone);
      gone.wanted = false;
      tokens.gaveUp();
    }

    assertThat(tokens.prove(numbered(most), 1, new Told("here", told, () -> {}))).isTrue();
    held.countDown();
    for (int i = 0; i < ProofThreads.count(); i++) {
      assertThat(next(told)).isEqualTo("held is known");
    }

    assertThat(next(told)).isEqualTo("here is known");
  }

  private static String next(BlockingQueue<String> told) throws InterruptedException {
    return Objects.requireNonNull(told.poll(10, TimeUnit.SECONDS), "nothing is told");
  }

  private static byte[] numbered(int number) throws Exception {
    return token("{'sub':'one','number':%d}".formatted(number));
  }

  /** What may have to be waited for before an answer is taken. */
  private interface Pause {
    void await() throws InterruptedException;
  }

  /** Notes what somebody is told. */
  private static final class Told implements SignedTokens.Verdict {
    private final String who;
    private final BlockingQueue<String> told;
    private final Pause before;
    private volatile boolean wanted = true;

    Told(String who, BlockingQueue<String> told, Pause before) {
      this.who = who;
      this.told = told;
      this.before = before;
    }

    @Override
    public void is(Identity identity) {
      try {
        before.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      told.add(who + " is known");
    }

    @Override
    public void isNot(Kind kind, String words, long retryNanos) {
      told.add(who + " is not known");
    }

    @Override
    public void isBusy() {
      told.add(who + " is busy");
    }

    @Override
    public boolean isWanted() {
      return wanted;
    }
  }
}
