package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callers by what they have shown: never somebody else, and after a while the same. */
class RecentCallersTest {
  private static final AskedCredential ASKED =
      new AskedCredential(AskedCredential.Kind.TOKEN, "acme", "authorization");

  private final RecentCallers recent = new RecentCallers(1);

  private record Somebody(int number) implements AnyCaller {}

  private static byte[] token(int number) {
    return ("Bearer token " + number).getBytes(UTF_8);
  }

  private boolean isFound(int number) {
    CallerMemo found = recent.find(token(number));
    if (found == null) {
      recent.remember(new CallerMemo(new Somebody(number), ASKED));
      return false;
    }
    assertThat(found.identity()).isEqualTo(new Somebody(number));
    return true;
  }

  private int found(int callers) {
    int found = 0;
    for (int i = 0; i < callers; i++) {
      found += isFound(i) ? 1 : 0;
    }
    return found;
  }

  @Test
  void whoHasCalledIsFoundByTheSameValueOnly() {
    assertThat(isFound(1)).isFalse();
    assertThat(isFound(2)).isFalse();
    assertThat(isFound(1)).isTrue();
    assertThat(isFound(2)).isTrue();
    assertThat(recent.find(token(3))).isNull();
  }

  @Test
  void aValueStandsForWhoeverWasRememberedLast() {
    isFound(1);
    recent.find(token(1));
    CallerMemo other = new CallerMemo(new Somebody(7), ASKED);
    recent.remember(other);
    assertThat(recent.find(token(1))).isSameAs(other);
  }

  /** More of them than are looked for at once, and some who have never called. */
  @Test
  void whoIsExpectedIsFoundOnTheFieldAndNobodyElse() {
    List<HeaderField> fields = new ArrayList<>();
    for (int i = 0; i < 2 * Arrivals.MOST; i++) {
      fields.add(HeaderField.of(HeaderName.AUTHORIZATION, token(i)));
      if (hasCalled(i)) {
        isFound(i);
      }
    }
    fields.forEach(recent::expect);
    recent.fetchExpected();

    for (int i = 0; i < fields.size(); i++) {
      int number = i;
      if (i < Arrivals.MOST && hasCalled(i)) {
        assertThat(fields.get(i).memo())
            .isInstanceOfSatisfying(
                CallerMemo.class,
                memo -> assertThat(memo.identity()).isEqualTo(new Somebody(number)));
      } else {
        assertThat(fields.get(i).memo()).isNull();
      }
    }
    recent.fetchExpected();
    for (int i = 0; i < fields.size(); i++) {
      assertThat(isFound(i)).isEqualTo(hasCalled(i));
    }
  }

  private static boolean hasCalled(int number) {
    return number % 2 == 0;
  }

  @Test
  void aHundredThousandAreFoundAgain() {
    int callers = 100_000;
    for (int growing = 0; growing < 4; growing++) {
      found(callers);
    }
    assertThat(found(callers)).isGreaterThan(callers * 99 / 100);
  }

  @Test
  void moreThanThereAreBoundsForTakeThePlacesOfOthers() {
    int callers = 1_000_000;
    found(callers);
    assertThat(found(callers)).isLessThan(callers / 2);
    assertThat(isFound(callers - 1)).isTrue();
  }
}
