package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.LoopBudget;
import dev.weir.http2.ProcessBudget;
import dev.weir.http2.ProcessLimits;
import dev.weir.http2.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestBufferTest {
  private static final int ROOM = 100_000;

  private final LoopBudget buffered =
      new ConnectionLoop(
              Runnable::run,
              () -> 0,
              Timeouts.DEFAULTS,
              0,
              new ProcessLimits(new ProcessBudget(1, 1), new ProcessBudget(ROOM, 1)))
          .buffered();
  private final RequestBuffer request = new RequestBuffer(buffered);

  private void hold(String text) {
    ByteBuf source = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    request.hold(source, 0, text.length());
  }

  private ByteBuf sentByReference() {
    return request.bytes().retainedSlice(0, request.size());
  }

  private static String text(ByteBuf bytes) {
    return bytes.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void keepsPiecesInTheirOrder() {
    hold("one ".repeat(100));
    hold("two");

    assertThat(text(request.bytes())).isEqualTo("one ".repeat(100) + "two");
  }

  @Test
  void whatOutputStillHoldsIsNotWrittenOverByTheNextCall() {
    hold("first");
    ByteBuf output = sentByReference();

    request.clear();
    hold("other");

    assertThat(text(output)).isEqualTo("first");
    assertThat(text(request.bytes())).isEqualTo("other");
    output.release();
  }

  @Test
  void whatOutputStillHoldsIsNotMovedByWhatComesNext() {
    hold("first");
    ByteBuf output = sentByReference();

    hold("x".repeat(5000));

    assertThat(text(output)).isEqualTo("first");
    assertThat(request.bytes()).isNotSameAs(output.unwrap());
    output.release();
  }

  @Test
  void usesItsSmallBufferAgain() {
    hold("first");
    ByteBuf before = request.bytes();

    request.clear();
    hold("second");

    assertThat(request.bytes()).isSameAs(before);
  }

  @Test
  void doesNotKeepALargeOne() {
    hold("x".repeat(5000));

    request.clear();

    assertThat(request.bytes().capacity()).isZero();
    assertThat(request.isWhole()).isTrue();
  }

  @Test
  void givesUpARequestThatIsTooLongToBeSentAgain() {
    ByteBuf source = Unpooled.buffer().writeZero(RequestBuffer.REPLAY_BYTES);

    request.keep(source, 0, RequestBuffer.REPLAY_BYTES);
    assertThat(request.isWhole()).isTrue();
    request.keep(source, 0, 1);

    assertThat(request.isWhole()).isFalse();
    assertThat(request.size()).isZero();
  }

  @Test
  void isCountedForAsLongAsItIsKept() {
    hold("one");
    hold("two");
    assertThat(buffered.used()).isEqualTo(2 * 6);

    request.giveUp();

    assertThat(buffered.used()).isZero();
  }

  @Test
  void holdsNothingForWhichThereIsNoRoom() {
    ByteBuf source = Unpooled.buffer(ROOM).writeZero(ROOM);
    assertThat(request.hold(source, 0, ROOM / 2)).isTrue();

    assertThat(request.hold(source, 0, 1)).isFalse();

    assertThat(request.size()).isEqualTo(ROOM / 2);
  }

  @Test
  void keepsWhatIsBeingSentWhileThereIsPlentyOfRoom() {
    buffered.use(ROOM / 2 - 1000);
    request.keep(Unpooled.buffer().writeZero(1), 0, 1);
    assertThat(request.isWhole()).isTrue();

    buffered.use(2000);
    request.keep(Unpooled.buffer().writeZero(1), 0, 1);

    assertThat(request.isWhole()).isFalse();
    assertThat(buffered.used()).isEqualTo(ROOM / 2 + 1000);
  }
}
