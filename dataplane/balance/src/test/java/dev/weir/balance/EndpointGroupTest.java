package dev.weir.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.balance.Resolution.Resolved;
import dev.weir.balance.Resolution.Unresolved;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members are called a, b, c; their addresses are written as the last digit of 10.0.0.x. */
class EndpointGroupTest {

  private static final long NOW = 1_000;
  private static final long SECOND = 1_000_000_000L;

  private final Map<String, Resolution> names = new HashMap<>();

  @ParameterizedTest(name = "{0} with {1}: {2}")
  @CsvSource({
    "a,         a=1,                 a1 a1 a1",
    "a b c,     a=1 b=2 c=3,         a1 b2 c3 a1 b2 c3 a1",
    "a a b,     a=1 b=2,             a1 b2 a1 a1 b2 a1",
    "a b b,     a=1 b=2,             b2 a1 b2 b2 a1 b2",
    "a a b b,   a=1 b=2,             a1 b2 a1 b2",
    "a a a b c, a=1 b=2 c=3,         a1 b2 a1 c3 a1 a1 b2 a1 c3 a1",
    "a,         a=1/2/3,             a1 a2 a3 a1 a2 a3",
    "a b,       a=1/2 b=3,           a1 b3 a2 b3 a1 b3 a2 b3",
    "a a b,     a=1/2/3 b=4,         a1 b4 a2 a3 b4 a1 a2 b4 a3 a1 b4",
    "a b,       a=1/2 b=3/4/5,       a1 b3 a2 b4 a1 b5 a2 b3",
    "a b c,     a=1 b=? c=3,         a1 c3 a1 c3",
    "a a a,     a=1,                 a1 a1 a1 a1",
    "a,         a=1/1,               a1 a1 a1",
  })
  void dealsCallsOutInTurn(String list, String addresses, String expected) {
    EndpointGroup group = group(list, addresses);

    assertThat(picks(group, expected.split(" ").length)).isEqualTo(expected);
  }

  @Test
  void isExactByWeightAndAddressOverAnyNumberOfRounds() {
    EndpointGroup group = group("a a a b b c", "a=1/2/3/4 b=5/6/7 c=8/9");

    Map<String, Integer> counts = counts(group, 6 * 12 * 10);

    assertThat(counts)
        .containsOnly(
            Map.entry("a1", 90),
            Map.entry("a2", 90),
            Map.entry("a3", 90),
            Map.entry("a4", 90),
            Map.entry("b5", 80),
            Map.entry("b6", 80),
            Map.entry("b7", 80),
            Map.entry("c8", 60),
            Map.entry("c9", 60));
  }

  @Test
  void isExactOverAllEventLoopsTogether() throws InterruptedException {
    EndpointGroup group = group("a a b c", "a=1 b=2 c=3/4");
    Map<Endpoint, AtomicInteger> counts = new ConcurrentHashMap<>();
    group.endpoints().forEach(endpoint -> counts.put(endpoint, new AtomicInteger()));
    List<Thread> loops = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      loops.add(Thread.ofPlatform().start(() -> pickAndCount(group, 50_000, counts)));
    }

    for (Thread loop : loops) {
      loop.join();
    }

    assertThat(counts.entrySet().stream().map(e -> name(e.getKey()) + "=" + e.getValue()))
        .containsExactlyInAnyOrder("a1=100000", "b2=50000", "c3=25000", "c4=25000");
  }

  private static void pickAndCount(
      EndpointGroup group, int calls, Map<Endpoint, AtomicInteger> counts) {
    for (int i = 0; i < calls; i++) {
      counts.computeIfPresent(picked(group, NOW, Set.of()), (_, count) -> addOne(count));
    }
  }

  private static AtomicInteger addOne(AtomicInteger count) {
    count.incrementAndGet();
    return count;
  }

  @Test
  void goesOnCountingWhenEndpointsArePublishedAgain() {
    EndpointGroup group = group("a b", "a=1 b=2");
    assertThat(picks(group, 1)).isEqualTo("a1");

    publish(group, "a=1 b=2");

    assertThat(picks(group, 2)).isEqualTo("b2 a1");
  }

  @Test
  void retiresEndpointsThatAreGoneAndNoOthers() {
    EndpointGroup group = group("a b", "a=1/2 b=3");
    Endpoint stays = endpoint(group, "a1");
    Endpoint leaves = endpoint(group, "a2");
    Endpoint losesItsName = endpoint(group, "b3");

    publish(group, "a=1/4 b=?");

    assertThat(stays.isRetired()).isFalse();
    assertThat(leaves.isRetired()).isTrue();
    assertThat(losesItsName.isRetired()).isTrue();
    assertThat(endpoint(group, "a4").isRetired()).isFalse();
  }

  @Test
  void anAddressThatComesBackIsANewEndpoint() {
    EndpointGroup group = group("a", "a=1");
    Endpoint before = endpoint(group, "a1");

    publish(group, "a=2");
    publish(group, "a=1");

    assertThat(before.isRetired()).isTrue();
    assertThat(endpoint(group, "a1").isRetired()).isFalse();
  }

  @Test
  void sharesTheCallsOfARestingEndpointEvenlyAmongTheOthers() {
    EndpointGroup group = group("a b c d", "a=1 b=2 c=3 d=4");
    endpoint(group, "a1").connectFailed(NOW);

    assertThat(counts(group, 300))
        .containsOnly(Map.entry("b2", 100), Map.entry("c3", 100), Map.entry("d4", 100));
  }

  @Test
  void keepsTheShareOfAMemberWhileOneOfItsAddressesAnswers() {
    EndpointGroup group = group("a b", "a=1/2/3 b=4");
    endpoint(group, "a2").connectFailed(NOW);

    assertThat(counts(group, 600))
        .containsOnly(Map.entry("a1", 150), Map.entry("a3", 150), Map.entry("b4", 300));
  }

  @Test
  void sendsOneCallToAnEndpointAfterItsRestAndMoreOnceConnected() {
    EndpointGroup group = group("a b", "a=1 b=2");
    Endpoint resting = endpoint(group, "a1");
    resting.connectFailed(NOW);
    assertThat(picks(group, NOW, 4)).isEqualTo("b2 b2 b2 b2");

    long due = NOW + SECOND / 2;
    assertThat(counts(group, due, 10)).containsOnly(Map.entry("a1", 1), Map.entry("b2", 9));

    resting.connected();
    assertThat(counts(group, due, 10)).containsOnly(Map.entry("a1", 5), Map.entry("b2", 5));
  }

  @Test
  void triesEachEndpointOnceAndThenNone() {
    EndpointGroup group = group("a a b", "a=1/2 b=3");
    Set<Endpoint> tried = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Endpoint endpoint = picked(group, NOW, tried);
      endpoint.connectFailed(NOW);
      assertThat(tried.add(endpoint)).isTrue();
    }

    assertThat(group.pick(NOW, tried)).isNull();
  }

  @Test
  void triesALoneEndpointThatRests() {
    EndpointGroup group = group("a", "a=1");
    Endpoint lone = endpoint(group, "a1");
    lone.connectFailed(NOW);

    assertThat(group.pick(NOW, null)).isSameAs(lone);
    assertThat(group.pick(NOW, Set.of(lone))).isNull();
  }

  @Test
  void takesTheEndpointThatRestsLeastWhenAllRest() {
    EndpointGroup group = group("a b c", "a=1 b=2 c=3");
    endpoint(group, "a1").connectFailed(NOW + 2);
    endpoint(group, "b2").connectFailed(NOW);
    endpoint(group, "c3").connectFailed(NOW + 1);

    assertThat(picks(group, NOW + 3, 3)).isEqualTo("b2 b2 b2");
    assertThat(group.pick(NOW + 3, Set.of(endpoint(group, "b2")))).isSameAs(endpoint(group, "c3"));
  }

  @Test
  void keepsEndpointsAndTheirStateWhenTheirAddressStays() {
    EndpointGroup group = group("a b", "a=1/2 b=3");
    Endpoint kept = endpoint(group, "a2");
    kept.connectFailed(NOW);

    publish(group, "a=2/4 b=?");

    assertThat(group.endpoints().stream().map(EndpointGroupTest::name)).containsExactly("a2", "a4");
    assertThat(endpoint(group, "a2")).isSameAs(kept);
    assertThat(kept.isResting(NOW)).isTrue();
  }

  @Test
  void tellsEndpointsTheAuthorityOfTheirMember() {
    EndpointGroup group = group("a b", "a=1 b=1");

    assertThat(group.endpoints().stream().map(Endpoint::authority))
        .containsExactly("a:50051", "b:50051");
  }

  @Test
  void saysThatNoNameIsResolved() {
    EndpointGroup group = group("a", "a=?");
    assertThat(group.pick(NOW, null)).isNull();
    assertThat(group.unresolvedReason()).isEqualTo("no such host: a");

    publish(group, "a=1");
    assertThat(group.unresolvedReason()).isNull();
    assertThat(picks(group, 1)).isEqualTo("a1");
  }

  @Test
  void saysThatNoNameIsResolvedYet() {
    EndpointGroup group = new EndpointGroup("g", members("a"), () -> 0.5);

    assertThat(group.pick(NOW, null)).isNull();
    assertThat(group.unresolvedReason()).isEqualTo("host names are not resolved yet");
  }

  @Test
  void isEmptyWithoutAReasonWhenTheListIs() {
    EndpointGroup group = new EndpointGroup("g", List.of(), () -> 0.5);
    group.publish(_ -> new Unresolved("never asked"));

    assertThat(group.pick(NOW, null)).isNull();
    assertThat(group.unresolvedReason()).isNull();
  }

  @Test
  void aSuccessorHasTheSameEndpointsWhereTheyStay() {
    EndpointGroup before = group("a b", "a=1/2 b=3");
    Endpoint kept = endpoint(before, "a1");
    Endpoint gone = endpoint(before, "b3");

    EndpointGroup after = new EndpointGroup("g", members("a c"), () -> 0.5, before);
    publish(after, "a=1 c=4");

    assertThat(endpoint(after, "a1")).isSameAs(kept);
    assertThat(endpoint(before, "b3").isRetired()).isFalse();

    before.giveWayTo(after);

    assertThat(kept.isRetired()).isFalse();
    assertThat(gone.isRetired()).isTrue();
  }

  @Test
  void aGroupWithoutASuccessorRetiresAllOfItsEndpoints() {
    EndpointGroup group = group("a b", "a=1 b=2");

    group.giveWayTo(null);

    assertThat(group.endpoints()).allMatch(Endpoint::isRetired);
  }

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({"a b, a b, true", "a b, b a, true", "a b, a b b, false", "a, b, false"})
  void consistsOfMembersAsOftenAsTheyStandInTheList(String list, String other, boolean same) {
    assertThat(new EndpointGroup("g", members(list), () -> 0.5).consistsOf(members(other)))
        .isEqualTo(same);
  }

  @Test
  void allocatesNothingPerPick() {
    EndpointGroup group = group("a a b", "a=1/2 b=3");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Set<Endpoint> tried = Set.of(endpoint(group, "b3"));
    for (int i = 0; i < 1_000; i++) {
      group.pick(NOW, tried);
    }

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      group.pick(NOW, null);
      group.pick(NOW, tried);
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
  }

  private EndpointGroup group(String list, String addresses) {
    EndpointGroup group = new EndpointGroup("g", members(list), () -> 0.5);
    publish(group, addresses);
    return group;
  }

  private static List<Member> members(String list) {
    return Stream.of(list.split(" "))
        .map(host -> new Member(host, 50051, host + ":50051", "", Transport.H2C))
        .toList();
  }

  /** Publishes addresses written like "a=1/2 b=?", where "?" is a name without any. */
  private void publish(EndpointGroup group, String addresses) {
    names.clear();
    for (String entry : addresses.split(" ", -1)) {
      String host = entry.substring(0, entry.indexOf('='));
      names.put(host, resolution(host, entry.substring(host.length() + 1)));
    }
    group.publish(host -> requireNonNull(names.get(host), host));
  }

  private static Resolution resolution(String host, String digits) {
    return digits.equals("?")
        ? new Unresolved("no such host: " + host)
        : new Resolved(
            Stream.of(digits.split("/")).map(d -> InetAddress.ofLiteral("10.0.0." + d)).toList());
  }

  private static Endpoint endpoint(EndpointGroup group, String name) {
    return group.endpoints().stream()
        .filter(endpoint -> name(endpoint).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String name(Endpoint endpoint) {
    String host = endpoint.address().getAddress().getHostAddress();
    return endpoint.authority().charAt(0) + host.substring("10.0.0.".length());
  }

  private static Endpoint picked(EndpointGroup group, long now, Set<Endpoint> tried) {
    return requireNonNull(group.pick(now, tried), "no endpoint");
  }

  private static String picks(EndpointGroup group, int calls) {
    return picks(group, NOW, calls);
  }

  private static String picks(EndpointGroup group, long now, int calls) {
    return pickNames(group, now, calls).collect(Collectors.joining(" "));
  }

  private static Map<String, Integer> counts(EndpointGroup group, int calls) {
    return counts(group, NOW, calls);
  }

  private static Map<String, Integer> counts(EndpointGroup group, long now, int calls) {
    return pickNames(group, now, calls)
        .collect(Collectors.toMap(name -> name, _ -> 1, Integer::sum));
  }

  private static Stream<String> pickNames(EndpointGroup group, long now, int calls) {
    return IntStream.range(0, calls).mapToObj(_ -> name(picked(group, now, Set.of())));
  }
}
