package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames and payloads leave in the order in which they were written, however they are taken. */
class OutputBufferTest {
  private static final int PIECES = 40;
  private static final int MOST_BYTES = 5000;

  private final OutputBuffer output = new OutputBuffer(new ConnectionLoop(Runnable::run, () -> 0));
  private final List<ByteBuf> payloads = new ArrayList<>();
  private final ByteBuf written = Unpooled.buffer();
  private final ByteBuf taken = Unpooled.buffer();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void everythingLeavesInOrder(int seed) {
    var random = new Random(seed);
    for (int i = 0; i < PIECES; i++) {
      write(random);
      take(random);
    }
    assertThat(output.size()).isEqualTo(written.readableBytes() - taken.readableBytes());

    output.drainTo(UnpooledByteBufAllocator.DEFAULT, this::takeAll);

    assertThat(taken).isEqualTo(written);
    assertThat(output.isEmpty()).isTrue();
    assertThat(payloads).allMatch(payload -> payload.refCnt() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void whatIsDroppedIsReleasedOnce(int seed) {
    var random = new Random(seed);
    for (int i = 0; i < PIECES; i++) {
      write(random);
    }
    take(random);

    output.clear();

    assertThat(output.size()).isZero();
    assertThat(payloads).allMatch(payload -> payload.refCnt() == 0);
  }

  @Test
  void partsThatLieOneBehindTheOtherAreOne() {
    ByteBuf payload = Unpooled.wrappedBuffer(new byte[MOST_BYTES]);
    output.payload(payload, 9, 2000);
    output.payload(payload, 2009, 1000);

    assertThat(output.largeFirst(3000)).isNotNull();
    assertThat(output.largeFirst(3001)).isNull();
    assertThat(payload.refCnt()).isEqualTo(2);

    output.drop(3000);
    output.payload(payload, 3009, 500);
    assertThat(output.size()).isEqualTo(500);
    output.clear();
    assertThat(payload.refCnt()).isEqualTo(1);
  }

  private void write(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(MOST_BYTES)];
    random.nextBytes(bytes);
    int head = random.nextBoolean() ? bytes.length : Math.min(9, bytes.length);
    byte[] room = output.room(head);
    System.arraycopy(bytes, 0, room, output.end(), head);
    output.end(output.end() + head);
    if (head < bytes.length) {
      ByteBuf payload = Unpooled.copiedBuffer(bytes, head, bytes.length - head);
      payloads.add(payload);
      writeParts(payload, random);
      payload.release();
    }
    written.writeBytes(bytes);
  }

  /** Parts one behind the other, and some with other output between them. */
  private void writeParts(ByteBuf payload, Random random) {
    while (payload.isReadable()) {
      int part = 1 + random.nextInt(payload.readableBytes());
      output.payload(payload, payload.readerIndex(), part);
      payload.skipBytes(part);
    }
  }

  private void take(Random random) {
    int room = random.nextInt(2 * MOST_BYTES);
    ByteBuf copy = Unpooled.buffer(room, room);
    output.copyTo(copy);
    assertThat(copy.readableBytes()).isEqualTo(Math.min(room, output.size()));
    int sent = random.nextInt(copy.readableBytes() + 1);
    taken.writeBytes(copy, sent);
    output.drop(sent);
  }

  private void takeAll(ByteBuf bytes) {
    taken.writeBytes(bytes);
    bytes.release();
  }
}
