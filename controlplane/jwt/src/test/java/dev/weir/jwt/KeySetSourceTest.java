package dev.weir.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** When key sets are fetched, and what counts meanwhile. Time and threads are the test's. */
class KeySetSourceTest {
  private static final ECKey ONE = key("one");
  private static final ECKey TWO = key("two");

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private String document = document(ONE);
  private boolean fails;
  private boolean breaks;
  private long now;
  private int changes;
  private final KeySetSource source =
      new KeySetSource(
          URI.create("https://issuer.test/keys"),
          Duration.ofMinutes(4),
          this::fetch,
          tasks::add,
          () -> now,
          () -> changes++);

  private static ECKey key(String name) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(name).generate();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String document(ECKey... keys) {
    return new JWKSet(List.of(keys)).toString(true);
  }

  private String fetch(URI address) throws IOException {
    if (fails) {
      throw new IOException("no answer from " + address.getHost());
    }
    if (breaks) {
      throw new StackOverflowError("a fault");
    }
    return document;
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void tick() {
    source.tick();
    run();
  }

  private void after(Duration time) {
    now += time.toNanos();
  }

  private boolean has(String keyId) {
    return source.find(SigningMethod.ECDSA, keyId) != null;
  }

  @Test
  void itIsFetchedAheadAndAgainAfterAWhile() {
    tick();
    assertThat(source.isKnown()).isTrue();
    assertThat(has("one")).isTrue();
    assertThat(source.find(SigningMethod.RSA, "one")).isNull();
    assertThat(source.find(SigningMethod.ECDSA, null)).isNull();

    after(Duration.ofMinutes(4).minusNanos(1));
    tick();
    assertThat(source.fetches()).isEqualTo(1);
    after(Duration.ofNanos(1));
    tick();
    assertThat(source.fetches()).isEqualTo(2);
  }

  @Test
  void g4NamesThatNobodyKnowsCauseOneFetchAMinute() {
    tick();
    for (int minute = 0; minute < 3; minute++) {
      for (int i = 0; i < 10_000; i++) {
        source.ask(() -> told.add("told"));
        run();
      }
      assertThat(source.fetches()).isEqualTo(2 + minute);
      after(Duration.ofMinutes(1));
    }
    assertThat(told).hasSize(3);
  }

  @Test
  void g4WhoAsksWhileAFetchIsUnderWayWaitsForThat() {
    source.tick();
    assertThat(source.ask(() -> told.add("first"))).isTrue();
    assertThat(source.ask(() -> told.add("second"))).isTrue();
    assertThat(told).isEmpty();
    run();
    assertThat(told).containsExactly("first", "second");
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void whoFindsNoPlaceBesideAFetchMayComeAgainAtOnce() {
    source.tick();
    assertThat(source.pauseNanos()).isZero();
    run();

    source.ask(() -> told.add("told"));
    assertThat(source.pauseNanos()).isZero();
    run();
    assertThat(source.pauseNanos()).isPositive();
  }

  @Test
  void anErrorEndsAFetchToo() {
    breaks = true;
    source.tick();
    assertThat(source.ask(() -> told.add("told"))).isTrue();
    run();
    assertThat(told).containsExactly("told");
    assertThat(source.failures()).isEqualTo(1);
  }

  @Test
  void g4ANewKeyIsThereForTheFirstWhoAsks() {
    tick();
    VerificationKey old = source.find(SigningMethod.ECDSA, "one");
    document = document(ONE, TWO);
    source.ask(() -> told.add(String.valueOf(has("two"))));
    run();
    assertThat(told).containsExactly("true");
    assertThat(source.find(SigningMethod.ECDSA, "one")).isSameAs(old);
    assertThat(changes).isZero();
  }

  @Test
  void g4AKeyThatIsNotThereAnyMoreCountsNoMore() {
    tick();
    VerificationKey old = Objects.requireNonNull(source.find(SigningMethod.ECDSA, "one"));
    document = document(TWO);
    after(Duration.ofMinutes(4));
    tick();
    assertThat(has("one")).isFalse();
    assertThat(old.isTrusted()).isFalse();
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void g4TheLastGoodOneStaysWhileNoneCanBeFetched() {
    tick();
    for (String bad : List.of("", "[]", "{}", "{\"keys\":7}", "{\"keys\":[7]}", "<html>")) {
      document = bad;
      after(Duration.ofMinutes(4));
      tick();
      assertThat(has("one")).as(bad).isTrue();
    }
    fails = true;
    after(Duration.ofMinutes(4));
    tick();
    assertThat(has("one")).isTrue();
    assertThat(source.failures()).isEqualTo(7);
  }

  @Test
  void g4ASetWithoutAnyKeyLeavesTheLastGoodOneAndIsTriedAgainSoon() {
    tick();
    document = "{\"keys\":[]}";
    after(Duration.ofMinutes(4));
    tick();
    assertThat(has("one")).isTrue();
    assertThat(source.failures()).isEqualTo(1);

    document = document(TWO);
    after(Duration.ofSeconds(2));
    tick();
    assertThat(has("one")).isFalse();
    assertThat(has("two")).isTrue();
  }

  @Test
  void whatIsKnownIsAsOldAsTheBeginOfItsFetchAndToldWhenItMayChange() {
    assertThat(source.isAsOf(now)).isFalse();
    after(Duration.ofSeconds(1));
    tick();
    assertThat(source.isAsOf(now)).isTrue();
    assertThat(source.isAsOf(now + 1)).isFalse();
    source.ask(() -> told.add("told"));
    run();
    after(Duration.ofSeconds(20));
    assertThat(source.pauseNanos()).isEqualTo(Duration.ofSeconds(40).toNanos());
  }

  @Test
  void whoAsksBeforeAnyFetchHasItBegin() {
    assertThat(source.ask(() -> told.add(String.valueOf(has("one"))))).isTrue();
    run();
    assertThat(told).containsExactly("true");
    tick();
    assertThat(source.fetches()).isEqualTo(1);
  }

  @Test
  void aShorterRefreshCountsAtOnceAndKeepsTheKeys() {
    tick();
    source.refreshAfter(Duration.ofSeconds(30));
    assertThat(has("one")).isTrue();
    after(Duration.ofSeconds(30));
    tick();
    assertThat(source.fetches()).isEqualTo(2);
    after(Duration.ofSeconds(30));
    tick();
    assertThat(source.fetches()).isEqualTo(3);
  }

  @Test
  void keysForAlgorithmsOfOtherMethodsAreLeftOut() {
    String usable = ONE.toPublicJWK().toJSONString();
    document =
        "{\"keys\":["
            + usable.replace("\"kid\":\"one\"", "\"alg\":\"RS256\",\"kid\":\"other\"")
            + ","
            + usable.replace("\"kid\":\"one\"", "\"alg\":\"ES256\",\"kid\":\"mine\"")
            + "]}";
    tick();
    assertThat(has("other")).isFalse();
    assertThat(has("mine")).isTrue();
  }

  @Test
  void aFirstFetchThatFailsIsTriedAgainAndNobodyWaitsInBetween() {
    fails = true;
    tick();
    assertThat(source.isKnown()).isFalse();
    assertThat(source.ask(() -> told.add("told"))).isFalse();
    assertThat(source.fetches()).isEqualTo(1);

    after(Duration.ofSeconds(2));
    tick();
    assertThat(source.fetches()).isEqualTo(2);
    after(Duration.ofSeconds(2));
    tick();
    assertThat(source.fetches()).isEqualTo(2);
    fails = false;
    after(Duration.ofSeconds(2));
    tick();
    assertThat(source.isKnown()).isTrue();
  }

  @Test
  void whatCannotBeUsedDoesNotMakeTheOthersWorse() throws Exception {
    String usable = ONE.toPublicJWK().toJSONString();
    document =
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"AAAA\"},{\"kty\":\"new\"},"
            + usable.replace("\"kid\":\"one\"", "\"use\":\"enc\",\"kid\":\"for encryption\"")
            + ","
            + usable.replace(",\"kid\":\"one\"", "")
            + ","
            + usable
            + "]}";
    tick();
    assertThat(has("one")).isTrue();
    assertThat(has("for encryption")).isFalse();
    assertThat(source.find(SigningMethod.HMAC, "secret")).isNull();
  }

  @Test
  void oneThatIsNotAskedForAnyMoreHasNoKeyThatCounts() {
    tick();
    VerificationKey old = Objects.requireNonNull(source.find(SigningMethod.ECDSA, "one"));
    source.close();
    assertThat(old.isTrusted()).isFalse();
  }
}
