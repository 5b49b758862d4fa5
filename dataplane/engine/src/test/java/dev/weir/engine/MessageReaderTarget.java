package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * F-15: where messages begin and end is known however payload is cut, and one that says it is too
 * long is refused when its prefix is there. The first two octets choose the cuts and the limit.
 */
final class MessageReaderTarget implements FuzzTarget {
  private static final long[] LIMITS = {0, 100, 1 << 16, Integer.MAX_VALUE};

  /**
   * What a plain reader says of the whole.
   *
   * @param ends behind each whole message, and 0
   * @param refusedAt behind the prefix of the message that is too long; -1 for none
   */
  private record Plain(NavigableSet<Integer> ends, int refusedAt, long refusedBytes) {
    int lastEnd(int position) {
      return ends.floor(position);
    }

    boolean isRefusedBy(int position) {
      return refusedAt >= 0 && refusedAt <= position;
    }
  }

  @Override
  public void run(byte[] input) {
    byte[] payload = Arrays.copyOfRange(input, Math.min(2, input.length), input.length);
    int piece = input.length > 0 ? 1 + (input[0] & 0x3f) : 1;
    int step = input.length > 1 ? input[1] & 7 : 0;
    long most = LIMITS[input.length > 1 ? input[1] >> 3 & 3 : 0];
    Plain expected = plainly(payload, most);
    ByteBuf buffer = Unpooled.wrappedBuffer(payload);
    MessageReader reader = new MessageReader();
    for (int at = 0; at < payload.length; at += piece, piece += step) {
      int length = Math.min(piece, payload.length - at);
      boolean taken = reader.readAll(buffer, at, length, most);
      assertThat(taken).isEqualTo(!expected.isRefusedBy(at + length));
      if (!taken) {
        assertThat(reader.refusedBytes()).isEqualTo(expected.refusedBytes());
        return;
      }
      check(reader, expected, at, at + length);
    }
  }

  private static void check(MessageReader reader, Plain expected, int from, int to) {
    int lastEnd = expected.lastEnd(to);
    assertThat(reader.wholeBytes()).isEqualTo(Math.max(0, lastEnd - from));
    assertThat(reader.isBetween()).isEqualTo(lastEnd == to);
    int begun = to - lastEnd;
    assertThat(reader.begunBytes()).isEqualTo(begun < MessageReader.PREFIX_BYTES ? begun : 0);
  }

  private static Plain plainly(byte[] payload, long most) {
    var ends = new TreeSet<Integer>();
    ends.add(0);
    ByteBuffer rest = ByteBuffer.wrap(payload);
    while (rest.remaining() >= MessageReader.PREFIX_BYTES) {
      rest.get();
      long length = rest.getInt() & 0xffff_ffffL;
      if (length > most) {
        return new Plain(ends, rest.position(), length);
      }
      if (length > rest.remaining()) {
        break;
      }
      rest.position(rest.position() + (int) length);
      ends.add(rest.position());
    }
    return new Plain(ends, -1, 0);
  }
}
