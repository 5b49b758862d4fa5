package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  private static final long MILLI = 1_000_000L;

  private double random = 0.5;
  private final Endpoint endpoint =
      new Endpoint(
          new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 50051),
          "one.test:50051",
          "",
          Transport.H2C,
          () -> random);

  @Test
  void isHealthyFromTheStart() {
    assertThat(endpoint.isResting(0)).isFalse();
    assertThat(endpoint.admits(0)).isTrue();
    assertThat(endpoint.admits(0)).isTrue();
  }

  @Test
  void restsLongerAfterEachFailureUpToTenSeconds() {
    long now = 0;
    for (long millis : new long[] {500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000}) {
      endpoint.connectFailed(now);

      assertThat(endpoint.isResting(now)).isTrue();
      assertThat(endpoint.isResting(now + millis * MILLI - 1)).isTrue();
      now += millis * MILLI;
      assertThat(endpoint.isResting(now)).isFalse();
    }
  }

  @Test
  void staysAtTheLongestRestAfterVeryManyFailures() {
    long now = 0;
    for (int i = 0; i < 100; i++) {
      endpoint.connectFailed(now);
      now += 12_000 * MILLI;
    }

    endpoint.connectFailed(now);

    assertThat(endpoint.isResting(now + 10_000 * MILLI - 1)).isTrue();
    assertThat(endpoint.isResting(now + 10_000 * MILLI)).isFalse();
  }

  @Test
  void spreadsRestsByAFifth() {
    random = 0;
    endpoint.connectFailed(0);
    assertThat(endpoint.isResting(399 * MILLI)).isTrue();
    assertThat(endpoint.isResting(400 * MILLI)).isFalse();

    random = 0.999_999;
    endpoint.connectFailed(1000 * MILLI);
    assertThat(endpoint.isResting(2199 * MILLI)).isTrue();
    assertThat(endpoint.isResting(2200 * MILLI)).isFalse();
  }

  @Test
  void beginsAgainWithTheShortestRestOnceConnected() {
    endpoint.connectFailed(0);
    endpoint.connectFailed(500 * MILLI);
    assertThat(endpoint.isResting(1499 * MILLI)).isTrue();

    endpoint.connected();

    assertThat(endpoint.isResting(1499 * MILLI)).isFalse();
    endpoint.connectFailed(1500 * MILLI);
    assertThat(endpoint.isResting(1999 * MILLI)).isTrue();
    assertThat(endpoint.isResting(2000 * MILLI)).isFalse();
  }

  @Test
  void takesFailuresDuringARestForTheSameFailure() {
    endpoint.connectFailed(0);
    endpoint.connectFailed(0);
    endpoint.connectFailed(499 * MILLI);

    assertThat(endpoint.isResting(500 * MILLI)).isFalse();
    endpoint.connectFailed(500 * MILLI);
    assertThat(endpoint.isResting(1499 * MILLI)).isTrue();
    assertThat(endpoint.isResting(1500 * MILLI)).isFalse();
  }

  @Test
  void admitsOneCallAfterARestUntilItsOutcomeIsKnown() {
    endpoint.connectFailed(0);
    assertThat(endpoint.admits(499 * MILLI)).isFalse();

    assertThat(endpoint.admits(500 * MILLI)).isTrue();
    assertThat(endpoint.admits(500 * MILLI)).isFalse();
    assertThat(endpoint.isResting(501 * MILLI)).isTrue();

    endpoint.connected();
    assertThat(endpoint.admits(501 * MILLI)).isTrue();
    assertThat(endpoint.admits(501 * MILLI)).isTrue();
  }

  @Test
  void restsLongerWhenTheProbeFails() {
    endpoint.connectFailed(0);
    assertThat(endpoint.admits(500 * MILLI)).isTrue();

    endpoint.connectFailed(600 * MILLI);

    assertThat(endpoint.admits(1599 * MILLI)).isFalse();
    assertThat(endpoint.admits(1600 * MILLI)).isTrue();
  }

  @Test
  void admitsAnotherCallWhenNothingIsHeardOfTheProbe() {
    endpoint.connectFailed(0);
    assertThat(endpoint.admits(500 * MILLI)).isTrue();

    assertThat(endpoint.admits(3499 * MILLI)).isFalse();
    assertThat(endpoint.admits(3500 * MILLI)).isTrue();
    assertThat(endpoint.admits(3500 * MILLI)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE - 1, Long.MIN_VALUE, -1})
  void restsOnAClockThatWraps(long now) {
    endpoint.connectFailed(now);

    assertThat(endpoint.isResting(now)).isTrue();
    assertThat(endpoint.isResting(now + 500 * MILLI - 1)).isTrue();
    assertThat(endpoint.isResting(now + 500 * MILLI)).isFalse();
  }

  @Test
  void admitsOneProbeAmongManyThreads() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      endpoint.connected();
      endpoint.connectFailed(0);
      AtomicInteger admitted = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      Thread[] threads = new Thread[4];
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            Thread.ofPlatform()
                .start(() -> {
                  awaitUninterrupted(start);
                  if (endpoint.admits(500 * MILLI)) {
                    admitted.incrementAndGet();
                  }
                });
      }

      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }

      assertThat(admitted).hasValue(1);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
