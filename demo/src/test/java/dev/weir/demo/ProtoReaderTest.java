package dev.weir.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoReaderTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 300, 1 << 30, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void readsEveryInt32ThatTheWriterWrites(int value) {
    Point point = new Point(value, -value);

    assertThat(Point.read(point.bytes())).isEqualTo(point);
  }

  @Test
  void passesOverFieldsThatNobodyKnows() {
    byte[] fixed64 = {0x79, 1, 2, 3, 4, 5, 6, 7, 8};
    byte[] fixed32 = {0x7d, 1, 2, 3, 4};
    byte[] known = Hello.of("joe");
    byte[] message = new byte[fixed64.length + fixed32.length + known.length];
    System.arraycopy(fixed64, 0, message, 0, 9);
    System.arraycopy(fixed32, 0, message, 9, 5);
    System.arraycopy(known, 0, message, 14, known.length);

    assertThat(Hello.text(message)).isEqualTo("joe");
  }

  @Test
  void refusesAFieldLongerThanItsMessage() {
    assertMalformed(new byte[] {0x0a, 5, 'a'}, "field longer than its message");
  }

  @Test
  void refusesALengthThatIsNoLength() {
    byte[] message = {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};

    assertMalformed(message, "field longer than its message");
  }

  @Test
  void refusesAnEndInsideOfANumber() {
    assertMalformed(new byte[] {0x08, -1}, "message ends inside of a number");
  }

  @Test
  void refusesAnEndlessNumber() {
    assertMalformed(
        new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, "more than ten bytes");
  }

  @Test
  void refusesGroups() {
    assertMalformed(new byte[] {0x0b}, "wire type 3");
  }

  private static void assertMalformed(byte[] message, String detail) {
    assertThatThrownBy(() -> Hello.text(message))
        .isInstanceOf(CallFailure.class)
        .hasMessageContaining(detail);
  }
}
