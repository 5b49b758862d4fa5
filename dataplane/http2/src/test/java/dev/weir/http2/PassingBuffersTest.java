package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which buffers are used over and over, and when others take their place. */
class PassingBuffersTest {
  private static final int SHARED = 8;

  private final ByteBufAllocator buffers = PassingBuffers.ALLOCATOR;

  @Test
  void whatIsReleasedIsTakenAgain() {
    ByteBuf first = released(100);

    assertThat(released(200)).isSameAs(first);
    assertThat(first.refCnt()).as("the thread's own reference").isEqualTo(1);
  }

  @Test
  void isEmptyAndHasTheUsualSizeEachTime() {
    ByteBuf first = buffers.directBuffer(100);
    first.writeZero(3 * SharedBuffers.BYTES);
    first.release();

    ByteBuf again = buffers.directBuffer(100);

    assertThat(again).isSameAs(first);
    assertThat(again.readableBytes()).isZero();
    assertThat(again.capacity()).isEqualTo(SharedBuffers.BYTES);
    again.release();
  }

  @Test
  void thoseThatAreKeptAreNotGivenToAnother() {
    var kept = new ArrayList<ByteBuf>();
    for (int i = 0; i < SHARED + 2; i++) {
      kept.add(buffers.directBuffer(100));
    }

    Set<ByteBuf> different = Collections.newSetFromMap(new IdentityHashMap<>());
    different.addAll(kept);
    assertThat(different).hasSameSizeAs(kept);
    assertThat(kept.getLast().capacity()).as("beyond the shared ones").isEqualTo(100);
    kept.forEach(ByteBuf::release);
  }

  @Test
  void largeOnesAreNotShared() {
    assertThat(released(SharedBuffers.BYTES + 1)).isNotSameAs(released(SharedBuffers.BYTES));
  }

  private ByteBuf released(int size) {
    ByteBuf taken = buffers.directBuffer(size);
    taken.release();
    return taken;
  }
}
