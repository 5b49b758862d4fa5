package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {
  private final LogText text = new LogText();

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        9,
        10,
        99,
        100,
        98_765,
        123_456,
        1_234_567_890_123L,
        -1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void numbersAreWrittenInFull(long number) {
    assertThat(text.append(number)).hasToString(Long.toString(number));
  }

  @Test
  void digitsHaveZerosInFront() {
    assertThat(text.append(42, 6).append(1_234_567, 6).append(305, 2))
        .hasToString("00004223456705");
  }

  @Test
  void whatIsLongerThanTheRoomIsWrittenToo() {
    String plain = "plain ".repeat(50_000);
    String other = "\u00e9".repeat(50_000);
    text.quote(plain.getBytes(UTF_8)).quote(other.getBytes(UTF_8));
    assertThat(text).hasToString("\"" + plain + "\"\"" + "\\u00e9".repeat(50_000) + "\"");
  }

  @Test
  void aPartOfBytesIsAStringOfItsOwn() {
    assertThat(text.quote(new byte[] {'a', '"', 'b'}, 1, 3)).hasToString("\"\\\"b\"");
  }

  @Test
  void textsOfEqualValuesAreMadeOnce() {
    var texts = new QuotedTexts<String>("x:".getBytes(UTF_8), value -> value + "!");
    byte[] first = texts.of("a");
    assertThat(first).isEqualTo("x:\"a!\"".getBytes(UTF_8));
    assertThat(texts.of("ab".substring(0, 1))).isSameAs(first);
    assertThat(texts.of("b")).isEqualTo("x:\"b!\"".getBytes(UTF_8));
  }

  @Test
  void whatIsLongerThanTheRoomOutsideTheHeapIsWrittenInPieces() throws Exception {
    String words = "one line and another one";
    text.append(words.getBytes(UTF_8));
    var written = new ByteArrayOutputStream();
    text.writeTo(Channels.newChannel(written), ByteBuffer.allocateDirect(7));
    assertThat(written).hasToString(words);
  }

  @Test
  @Timeout(30)
  void aPipeThatTakesNothingNowIsNotWaitedFor() throws Exception {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink();
        Pipe.SourceChannel _ = pipe.source()) {
      sink.configureBlocking(false);
      text.quote("x".repeat(1 << 20));
      assertThatThrownBy(() -> text.writeTo(sink, ByteBuffer.allocateDirect(1 << 16)))
          .hasMessage("it takes nothing now");
    }
  }
}
