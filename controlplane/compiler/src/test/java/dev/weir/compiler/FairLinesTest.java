package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  private void fill(String who) {
    for (int i = 0; i < PLACES; i++) {
      assertThat(add(who + i)).isNull();
    }
  }

  private List<String> served() {
    List<String> all = new ArrayList<>();
    for (String next = lines.next(); next != null; next = lines.next()) {
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
    assertThat(lines.next()).isEqualTo("a0");
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

  /** Whatever comes, the places are shared, and what is counted is what is there. */
  @Test
  void anyOrderKeepsTheBounds() {
    var random = new Random(7);
    int[] has = new int[ADDRESSES];
    for (int i = 0; i < 100_000; i++) {
      if (random.nextInt(3) == 0) {
        String next = lines.next();
        if (next != null) {
          has[next.charAt(0) - 'a']--;
        }
      } else {
        // Some come more often.
        int who = random.nextInt(1 + random.nextInt(ADDRESSES));
        boolean full = lines.isFull();
        int most = IntStream.of(has).max().orElseThrow();
        String left = add((char) ('a' + who) + "");
        has[who]++;
        assertThat(left != null).isEqualTo(full);
        if (left != null) {
          int whose = left.charAt(0) - 'a';
          has[whose]--;
          assertThat(whose == who).isEqualTo(most <= has[who] + (whose == who ? 1 : 0));
          assertThat(has[whose]).isGreaterThanOrEqualTo(most - 1);
        }
      }
      assertThat(lines.size()).isEqualTo(IntStream.of(has).sum()).isLessThanOrEqualTo(PLACES);
      assertThat(lines.count()).isEqualTo((int) IntStream.of(has).filter(n -> n > 0).count());
    }
  }
}
