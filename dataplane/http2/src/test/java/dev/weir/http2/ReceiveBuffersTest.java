package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which buffer a read goes to, and when a connection stops reading. */
class ReceiveBuffersTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void callsOfAllConnectionsAreReadIntoTheSameBuffer() {
    ByteBuf first = read(handle(), 100);
    first.release();

    ByteBuf second = read(handle(), 100);
    second.release();

    assertThat(second).isSameAs(first);
    assertThat(second.refCnt()).as("the thread's own reference").isEqualTo(1);
  }

  @Test
  void bytesThatSomebodyKeepsAreNotReadOver() {
    ByteBuf first = read(handle(), 100);
    ByteBuf kept = first.retainedSlice(0, 10);
    first.release();

    ByteBuf second = read(handle(), 100);
    second.release();

    assertThat(second).isNotSameAs(first);
    kept.release();
    ByteBuf third = read(handle(), 100);
    third.release();
    assertThat(third).as("it is free again").isSameAs(first);
  }

  @Test
  void readsThatAllKeepTheirBytesGetBuffersOfTheirOwn() {
    Set<ByteBuf> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    ByteBuf last = read(handle(), 100);
    for (int i = 0; i < 20; i++) {
      kept.add(last);
      last = read(handle(), 100);
    }

    assertThat(kept).hasSize(20);
    kept.forEach(ByteBuf::release);
    last.release();
    assertThat(last.refCnt()).as("one of its own, and released").isZero();
  }

  @Test
  void goesOnWhileTheBufferWasFilled() {
    ExtendedHandle handle = handle();

    assertThat(goesOnAfter(handle, 1 << 10)).isFalse();
    assertThat(goesOnAfter(handle, 16 << 10)).isTrue();
  }

  @Test
  void bulkGetsLargerBuffersAndLetsOthersReadInBetween() {
    ExtendedHandle handle = handle();

    int together = readBulk(handle);

    assertThat(together).isBetween(128 << 10, 512 << 10);
    ByteBuf large = handle.allocate(ByteBufAllocator.DEFAULT);
    assertThat(large.capacity()).isEqualTo(256 << 10);
    large.release();
  }

  @Test
  void clientsGetLessAtOnceAndIntoBuffersOfTheirOwn() {
    ExtendedHandle handle = handle(ReceiveBuffers.OF_CLIENTS);

    int together = readBulk(handle);

    assertThat(together).isBetween(64 << 10, 192 << 10);
    ByteBuf own = handle.allocate(ByteBufAllocator.DEFAULT);
    assertThat(own.capacity()).isEqualTo(128 << 10);
    own.release();
    assertThat(own.refCnt()).isZero();
  }

  @Test
  void bulkOfAllConnectionsIsReadIntoTheSameLargeBuffer() {
    ByteBuf first = read(bulky(), 100_000);
    first.release();

    ByteBuf second = read(bulky(), 100_000);
    second.release();

    assertThat(second).isSameAs(first);
    assertThat(second.refCnt()).as("the thread's own reference").isEqualTo(1);
  }

  @Test
  void bulkThatIsKeptDoesNotTakeAllLargeBuffers() {
    Set<ByteBuf> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    ByteBuf last = read(bulky(), 100_000);
    for (int i = 0; i < 20; i++) {
      kept.add(last);
      last = read(bulky(), 100_000);
    }

    assertThat(kept).hasSize(20);
    kept.forEach(ByteBuf::release);
    last.release();
    assertThat(last.refCnt()).as("one of its own, and released").isZero();
  }

  private ExtendedHandle bulky() {
    ExtendedHandle handle = handle();
    readBulk(handle);
    return handle;
  }

  /** Fills every buffer until others may read; how many bytes that were. */
  private static int readBulk(ExtendedHandle handle) {
    int together = 0;
    boolean goesOn = true;
    while (goesOn) {
      ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
      int bytes = buffer.capacity();
      buffer.release();
      together += bytes;
      goesOn = goesOnAfter(handle, bytes);
    }
    handle.readComplete();
    return together;
  }

  private ExtendedHandle handle() {
    return handle(ReceiveBuffers.OF_SERVERS);
  }

  private ExtendedHandle handle(RecvByteBufAllocator buffers) {
    ExtendedHandle handle = (ExtendedHandle) buffers.newHandle();
    handle.reset(channel.config());
    return handle;
  }

  private static ByteBuf read(ExtendedHandle handle, int bytes) {
    ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
    buffer.writeZero(bytes);
    return buffer;
  }

  /** Whether another read follows one of so many bytes into a buffer of 16 KiB or of that size. */
  private static boolean goesOnAfter(ExtendedHandle handle, int bytes) {
    handle.attemptedBytesRead(Math.max(16 << 10, bytes));
    handle.lastBytesRead(bytes);
    handle.incMessagesRead(1);
    return handle.continueReading(() -> handle.lastBytesRead() == handle.attemptedBytesRead());
  }
}
