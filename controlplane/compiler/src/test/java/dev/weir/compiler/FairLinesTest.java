package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FairLinesTest {
  private static final int PLACES = 12;
  private static final int ADDRESSES = 7;

  private final FairLines<String> lines = new FairLines<>(PLACES);

  /** Adds one whose name begins with whose it is; gives what leaves. */
  private @Nullable String add(String name) {
    return lines.add(name.charAt(0), name);
  }

  private @Nullable String next() {
    return lines.next(_ -> true);
  }

  private void fill(String who) {
    for (int i = 0; i < PLACES; i++) {
      assertThat(add(who + i)).isNull();
    }
  }

  private List<String> served() {
    List<String> all = new ArrayList<>();
    for (String next = next(); next != null; next = next()) {
      all.add(next);
    }
    return all;
  }

  @Test
  void oneAloneHasAllPlaces() {
    fill("a");
    assertThat(lines.isFull()).isTrue();
    assertThat(add("a12")).isEqualTo("a12");
    assertThat(served())
        .containsExactlyElementsOf(IntStream.range(0, PLACES).mapToObj(i -> "a" + i).toList());
    assertThat(lines.size()).isZero();
    assertThat(lines.count()).isZero();
  }

  @Test
  void linesAreServedInTurns() {
    for (String name : List.of("a0", "a1", "a2", "a3", "b0", "c0", "c1")) {
      assertThat(add(name)).isNull();
    }
    assertThat(next()).isEqualTo("a0");
    // Who comes now has a turn after the others that wait, and before the second of any.
    add("d0");
    assertThat(served()).containsExactly("b0", "c0", "a1", "d0", "c1", "a2", "a3");
  }

  @Test
  void theLastOfTheLongestLineMakesRoomUpToAnEqualShare() {
    fill("a");
    assertThat(add("b0")).isEqualTo("a11");
    assertThat(add("c0")).isEqualTo("a10");
    for (int i = 1; i < 4; i++) {
      assertThat(add("b" + i)).startsWith("a");
      assertThat(add("c" + i)).startsWith("a");
    }
    // Four each.
    assertThat(add("a4")).isEqualTo("a4");
    assertThat(add("b4")).isEqualTo("b4");
    assertThat(add("c4")).isEqualTo("c4");
    assertThat(served())
        .containsExactly("a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3");
  }

  @Test
  void moreAddressesThanPlacesFillThem() {
    for (int i = 0; i < PLACES; i++) {
      assertThat(lines.add(i, "one")).isNull();
    }
    assertThat(lines.add(PLACES, "more")).isEqualTo("more");
    assertThat(lines.count()).isEqualTo(PLACES);
  }

  @Test
  void whatNeedsNoPlaceIsTakenOut() {
    fill("a");
    lines.removeIf(name -> !name.equals("a5"));
    assertThat(lines.size()).isEqualTo(1);
    add("b0");
    lines.removeIf("a5"::equals);
    assertThat(lines.count()).isEqualTo(1);
    assertThat(served()).containsExactly("b0");
  }

  @Test
  void whatIsNotWantedUsesUpNoTurn() {
    for (String name : List.of("a0", "a1", "a2", "b0", "b1", "c0", "c1")) {
      add(name);
    }
    assertThat(lines.next(name -> !Set.of("a0", "a1").contains(name))).isEqualTo("a2");
    assertThat(lines.size()).isEqualTo(4);
    assertThat(lines.next(name -> name.startsWith("c"))).isEqualTo("c0");
    assertThat(lines.count()).isEqualTo(1);
    assertThat(lines.next(_ -> false)).isNull();
    assertThat(lines.size()).isZero();
  }

  /** Whatever comes, the places are shared, and all have their turns. */
  @Test
  void anyOrderKeepsTheBounds() {
    var random = new Random(7);
    SequencedMap<Character, Deque<String>> expected = new LinkedHashMap<>();
    for (int i = 0; i < 100_000; i++) {
      int step = random.nextInt(30);
      if (step < 9) {
        int odd = random.nextInt(20);
        assertThat(lines.next(name -> isWanted(name, odd))).isEqualTo(takeTurn(expected, odd));
      } else if (step == 9) {
        int odd = random.nextInt(4);
        lines.removeIf(name -> !isWanted(name, odd));
        expected.values().forEach(line -> line.removeIf(name -> !isWanted(name, odd)));
        expected.values().removeIf(Deque::isEmpty);
      } else {
        // Some come more often.
        char who = (char) ('a' + random.nextInt(1 + random.nextInt(ADDRESSES)));
        String name = who + "" + i;
        expectPlace(expected, who, name, add(name));
      }
      assertThat(lines.size())
          .isEqualTo(expected.values().stream().mapToInt(Deque::size).sum())
          .isLessThanOrEqualTo(PLACES);
      assertThat(lines.count()).isEqualTo(expected.size());
    }
  }

  private static boolean isWanted(String name, int odd) {
    return Integer.parseInt(name.substring(1)) % 20 != odd;
  }

  private static @Nullable String takeTurn(
      SequencedMap<Character, Deque<String>> expected, int odd) {
    for (var turn = expected.pollFirstEntry(); turn != null; turn = expected.pollFirstEntry()) {
      Deque<String> line = turn.getValue();
      while (!line.isEmpty()) {
        String first = line.remove();
        if (isWanted(first, odd)) {
          if (!line.isEmpty()) {
            expected.put(turn.getKey(), line);
          }
          return first;
        }
      }
    }
    return null;
  }

  /** Whether the right one left when one came, if any did. */
  private static void expectPlace(
      SequencedMap<Character, Deque<String>> expected,
      char who,
      String name,
      @Nullable String left) {
    int all = expected.values().stream().mapToInt(Deque::size).sum();
    int most = expected.values().stream().mapToInt(Deque::size).max().orElse(0);
    int length = expected.getOrDefault(who, new ArrayDeque<>()).size();
    if (all < PLACES) {
      assertThat(left).isNull();
    } else if (most <= length + 1) {
      assertThat(left).isEqualTo(name);
      return;
    } else {
      char whose = Objects.requireNonNull(left).charAt(0);
      Deque<String> longest = Objects.requireNonNull(expected.get(whose));
      assertThat(longest).hasSize(most);
      assertThat(longest.removeLast()).isEqualTo(left);
    }
    expected.computeIfAbsent(who, _ -> new ArrayDeque<>()).add(name);
  }
}
