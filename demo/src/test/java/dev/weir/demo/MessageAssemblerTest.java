package dev.weir.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.call.GrpcStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageAssemblerTest {
  private final List<byte[]> messages = new ArrayList<>();
  private final MessageAssembler assembler = new MessageAssembler(messages::add);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 100})
  void putsMessagesTogetherWhateverTheCuts(int piece) {
    byte[] first = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] empty = {};
    byte[] last = {9};
    ByteBuf payload =
        Unpooled.wrappedBuffer(
            MessageAssembler.frame(first),
            MessageAssembler.frame(empty),
            MessageAssembler.frame(last));

    for (int at = 0; at < payload.readableBytes(); at += piece) {
      assembler.add(payload, at, Math.min(piece, payload.readableBytes() - at));
    }

    assertThat(messages).containsExactly(first, empty, last);
    assertThat(assembler.isMidMessage()).isFalse();
  }

  @Test
  void knowsThatAMessageHasNotEnded() {
    assembler.add(MessageAssembler.frame(new byte[10]), 0, 12);

    assertThat(messages).isEmpty();
    assertThat(assembler.isMidMessage()).isTrue();
  }

  @Test
  void refusesCompressedMessages() {
    ByteBuf payload = Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, 1, 0});

    assertThatThrownBy(() -> assembler.add(payload, 0, 6))
        .isInstanceOfSatisfying(
            CallFailure.class,
            failure -> assertThat(failure.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED));
  }

  @Test
  void refusesALengthAboveTheLimitBeforeItsBytesCome() {
    ByteBuf payload = Unpooled.wrappedBuffer(new byte[] {0, -1, -1, -1, -1});

    assertThatThrownBy(() -> assembler.add(payload, 0, 5))
        .isInstanceOf(CallFailure.class)
        .hasMessageContaining("4294967295");
  }
}
