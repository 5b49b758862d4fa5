package dev.weir.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * F-15: messages are put together from payload however it is cut; a compressed or too large one is
 * refused when its prefix is there, and never makes room for more than the limit. The first two
 * octets choose the cuts.
 */
final class DeframerTarget implements FuzzTarget {

  private record Result(List<byte[]> messages, boolean refused, boolean midMessage) {}

  @Override
  public void run(byte[] input) {
    byte[] payload = Arrays.copyOfRange(input, Math.min(2, input.length), input.length);
    int piece = input.length > 0 ? 1 + (input[0] & 0x3f) : 1;
    int step = input.length > 1 ? input[1] & 7 : 0;
    Result expected = plainly(payload);
    Result actual = inPieces(payload, piece, step);
    assertThat(actual.refused()).isEqualTo(expected.refused());
    assertThat(actual.messages()).hasSameSizeAs(expected.messages());
    for (int i = 0; i < expected.messages().size(); i++) {
      assertThat(actual.messages().get(i)).isEqualTo(expected.messages().get(i));
    }
    assertThat(actual.refused() || actual.midMessage() == expected.midMessage()).isTrue();
  }

  private static Result inPieces(byte[] payload, int first, int step) {
    List<byte[]> messages = new ArrayList<>();
    MessageAssembler assembler = new MessageAssembler(messages::add);
    ByteBuf buffer = Unpooled.wrappedBuffer(payload);
    int piece = first;
    try {
      for (int at = 0; at < payload.length; at += piece, piece += step) {
        assembler.add(buffer, at, Math.min(piece, payload.length - at));
      }
    } catch (CallFailure refused) {
      return new Result(messages, true, false);
    }
    return new Result(messages, false, assembler.isMidMessage());
  }

  private static Result plainly(byte[] payload) {
    List<byte[]> messages = new ArrayList<>();
    ByteBuffer rest = ByteBuffer.wrap(payload);
    while (rest.remaining() >= MessageAssembler.PREFIX_BYTES) {
      rest.mark();
      boolean compressed = rest.get() != 0;
      long length = rest.getInt() & 0xffff_ffffL;
      if (compressed || length > MessageAssembler.MAX_MESSAGE_BYTES) {
        return new Result(messages, true, false);
      }
      if (length > rest.remaining()) {
        return new Result(messages, false, true);
      }
      byte[] message = new byte[(int) length];
      rest.get(message);
      messages.add(message);
    }
    return new Result(messages, false, rest.hasRemaining());
  }
}
