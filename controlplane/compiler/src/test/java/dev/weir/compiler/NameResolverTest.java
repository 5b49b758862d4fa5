package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.Endpoint;
import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.balance.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NameResolverTest {

  private final Map<String, List<String>> zone = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private Runnable onNextLookup = () -> {};
  private final FakeTimer timer = new FakeTimer();
  private final NameResolver resolver = new NameResolver(this::lookUp, NameResolver.REFRESH, timer);

  private List<InetAddress> lookUp(String host) throws UnknownHostException {
    asked.add(host);
    Runnable change = onNextLookup;
    onNextLookup = () -> {};
    change.run();
    List<String> addresses = zone.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host + ": Name or service not known");
    }
    return addresses.stream().map(InetAddress::ofLiteral).toList();
  }

  @Test
  void publishesAddressesAtOnceWithoutALookup() {
    EndpointGroup group = group("10.0.0.1", "::1");

    resolver.add(group);

    assertThat(addresses(group)).containsExactly("10.0.0.1:50051", "[0:0:0:0:0:0:0:1]:50051");
    assertThat(timer.scheduled()).isZero();
  }

  @Test
  void publishesAllAddressesOfANameInAStableOrder() {
    zone.put("a.test", List.of("2001:db8::1", "10.0.0.200", "10.0.0.3", "10.0.0.3"));
    EndpointGroup group = group("a.test");

    resolver.add(group);
    assertThat(group.endpoints()).isEmpty();
    assertThat(group.unresolvedReason()).isEqualTo("host name a.test is not resolved yet");
    timer.advance(Duration.ZERO);

    assertThat(addresses(group))
        .containsExactly("10.0.0.3:50051", "10.0.0.200:50051", "[2001:db8:0:0:0:0:0:1]:50051");
  }

  @Test
  void followsChangesEveryThirtySecondsAndKeepsWhatStays() {
    zone.put("a.test", List.of("10.0.0.1", "10.0.0.2"));
    EndpointGroup group = group("a.test");
    resolver.add(group);
    timer.advance(Duration.ZERO);
    Endpoint stays = group.endpoints().getLast();

    zone.put("a.test", List.of("10.0.0.3", "10.0.0.2"));
    timer.advance(Duration.ofMillis(29_999));
    assertThat(addresses(group)).containsExactly("10.0.0.1:50051", "10.0.0.2:50051");

    timer.advance(Duration.ofMillis(1));
    assertThat(addresses(group)).containsExactly("10.0.0.2:50051", "10.0.0.3:50051");
    assertThat(group.endpoints().getFirst()).isSameAs(stays);
  }

  @Test
  void triesAFailedNameAgainAfterFiveSeconds() {
    EndpointGroup group = group("a.test");
    resolver.add(group);
    timer.advance(Duration.ZERO);
    assertThat(group.unresolvedReason())
        .isEqualTo("host name a.test does not resolve: Name or service not known");

    zone.put("a.test", List.of("10.0.0.1"));
    timer.advance(Duration.ofSeconds(5));

    assertThat(group.unresolvedReason()).isNull();
    assertThat(addresses(group)).containsExactly("10.0.0.1:50051");
  }

  @Test
  void keepsTheLastGoodAddressesThroughFailures() {
    zone.put("a.test", List.of("10.0.0.1"));
    EndpointGroup group = group("a.test");
    resolver.add(group);
    timer.advance(Duration.ZERO);

    zone.remove("a.test");
    timer.advance(Duration.ofMinutes(10));
    assertThat(addresses(group)).containsExactly("10.0.0.1:50051");

    zone.put("a.test", List.of());
    timer.advance(Duration.ofMinutes(10));
    assertThat(addresses(group)).containsExactly("10.0.0.1:50051");

    zone.put("a.test", List.of("10.0.0.2"));
    timer.advance(Duration.ofSeconds(5));
    assertThat(addresses(group)).containsExactly("10.0.0.2:50051");
  }

  @Test
  void takesAnEmptyAnswerForAFailure() {
    zone.put("a.test", List.of());
    EndpointGroup group = group("a.test");

    resolver.add(group);
    timer.advance(Duration.ZERO);

    assertThat(group.unresolvedReason()).isEqualTo("host name a.test does not resolve: no address");
  }

  @Test
  void goesOnAfterALookupThatThrows() {
    List<String> calls = new ArrayList<>();
    Lookup broken =
        host -> {
          calls.add(host);
          throw new IllegalStateException("bug");
        };
    EndpointGroup group = group("a.test");
    try (NameResolver failing = new NameResolver(broken, NameResolver.REFRESH, timer)) {
      failing.add(group);
      timer.advance(Duration.ofSeconds(10));
    }

    assertThat(calls).hasSize(3);
    assertThat(group.unresolvedReason()).isEqualTo("host name a.test does not resolve: bug");
  }

  @Test
  void servesTheNamesThatResolveWhenOthersDoNot() {
    zone.put("a.test", List.of("10.0.0.1"));
    EndpointGroup group = group("missing.test", "a.test");

    resolver.add(group);
    timer.advance(Duration.ZERO);

    assertThat(addresses(group)).containsExactly("10.0.0.1:50051");
    assertThat(group.unresolvedReason()).isNull();
  }

  @Test
  void asksOnceForANameThatSeveralGroupsUse() {
    zone.put("a.test", List.of("10.0.0.1"));
    EndpointGroup first = group("a.test", "a.test");
    EndpointGroup second = group("a.test");
    resolver.add(first);
    resolver.add(second);
    timer.advance(Duration.ZERO);
    EndpointGroup late = group("a.test");

    resolver.add(late);

    assertThat(asked).containsExactly("a.test");
    assertThat(Stream.of(first, second, late).map(NameResolverTest::addresses))
        .containsOnly(List.of("10.0.0.1:50051"));
  }

  @Test
  void stopsAskingForNamesOfRemovedGroups() {
    zone.put("a.test", List.of("10.0.0.1"));
    zone.put("b.test", List.of("10.0.0.2"));
    EndpointGroup both = group("a.test", "b.test");
    EndpointGroup one = group("b.test");
    resolver.add(both);
    resolver.add(one);
    timer.advance(Duration.ZERO);
    asked.clear();

    resolver.remove(both);
    zone.put("b.test", List.of("10.0.0.3"));
    timer.advance(NameResolver.REFRESH);

    assertThat(asked).containsExactly("b.test");
    assertThat(addresses(one)).containsExactly("10.0.0.3:50051");
    assertThat(addresses(both)).containsExactly("10.0.0.1:50051", "10.0.0.2:50051");
  }

  @Test
  void asksAfreshForANameThatWasRemovedAndAddedAgain() {
    zone.put("a.test", List.of("10.0.0.1"));
    EndpointGroup group = group("a.test");
    resolver.add(group);
    resolver.remove(group);
    resolver.add(group);

    timer.advance(Duration.ZERO);

    assertThat(asked).containsExactly("a.test");
    assertThat(timer.scheduled()).isEqualTo(1);
  }

  @Test
  void dropsAnAnswerThatComesAfterTheNameWasRemoved() {
    EndpointGroup group = group("a.test");
    whileLookedUp(group, () -> resolver.remove(group));

    assertThat(group.endpoints()).isEmpty();
    assertThat(timer.scheduled()).isZero();
  }

  @Test
  void asksNoMoreOftenForANameThatCameBackDuringALookup() {
    EndpointGroup group = group("a.test");
    whileLookedUp(
        group,
        () -> {
          resolver.remove(group);
          resolver.add(group);
        });

    assertThat(addresses(group)).containsExactly("10.0.0.1:50051");
    assertThat(timer.scheduled()).isEqualTo(1);
  }

  /** Adds a group and lets {@code change} happen while its name is being looked up. */
  private void whileLookedUp(EndpointGroup group, Runnable change) {
    zone.put("a.test", List.of("10.0.0.1"));
    onNextLookup = change;
    resolver.add(group);
    timer.advance(Duration.ZERO);
  }

  @Test
  void asksForNothingOnceClosed() {
    zone.put("a.test", List.of("10.0.0.1"));
    EndpointGroup group = group("a.test");
    resolver.add(group);
    timer.advance(Duration.ZERO);
    asked.clear();

    resolver.close();
    timer.advance(Duration.ofMinutes(10));

    assertThat(asked).isEmpty();
    assertThat(addresses(group)).containsExactly("10.0.0.1:50051");
  }

  @Test
  void triesAgainAsOftenAsItRefreshesWhenThatIsMoreOften() {
    EndpointGroup group = group("a.test");
    try (NameResolver quick = new NameResolver(this::lookUp, Duration.ofSeconds(1), timer)) {
      quick.add(group);
      timer.advance(Duration.ofSeconds(3));
    }

    assertThat(asked).hasSize(4);
  }

  @Test
  void waitsForAnswersNoLongerThanToldAndUntilTheyAreThere() throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    Lookup lookup =
        host -> {
          await(slow);
          return List.of(InetAddress.ofLiteral("10.0.0.1"));
        };
    EndpointGroup group = group("a.test");
    try (NameResolver real = new NameResolver(lookup, NameResolver.REFRESH)) {
      real.add(group);
      assertThat(real.awaitAnswers(Duration.ofMillis(1))).isFalse();

      slow.countDown();

      assertThat(real.awaitAnswers(Duration.ofSeconds(20))).isTrue();
      assertThat(addresses(group)).containsExactly("10.0.0.1:50051");
    }
  }

  @Test
  void resolvesTheNameOfThisMachineThroughTheSystem() throws InterruptedException {
    EndpointGroup group = group("localhost");
    try (NameResolver real = new NameResolver(Lookup.SYSTEM, NameResolver.REFRESH)) {
      real.add(group);

      assertThat(real.awaitAnswers(Duration.ofSeconds(20))).isTrue();
      assertThat(addresses(group)).contains("127.0.0.1:50051");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EndpointGroup group(String... hosts) {
    return new EndpointGroup(
        "g",
        Stream.of(hosts).map(h -> new Member(h, 50051, h + ":50051", "", Transport.H2C)).toList(),
        () -> 0.5);
  }

  private static List<String> addresses(EndpointGroup group) {
    return group.endpoints().stream()
        .map(Endpoint::address)
        .map(address -> {
          String host = address.getAddress().getHostAddress();
          return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        })
        .toList();
  }
}
