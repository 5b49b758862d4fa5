package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** In steady state a repeated call allocates nothing, whichever way its sender encodes it. */
class HpackAllocationTest {
  private static final int CALLS = 20_000;

  /** What reading the counter itself may cost. */
  private static final long TOLERANCE = 2_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final HpackEncoder encoder = new HpackEncoder();
  private final FieldList fields = new FieldList();
  private final byte[] out = new byte[4096];

  @Test
  void indexedFieldsAllocateNothing() {
    BlockWriter first = new BlockWriter();
    first.indexed(3).inserted(4, "/a.B/C").inserted("te", "trailers").inserted("x-user", "joe");
    byte[] inserting = first.bytes();
    decoder.decode(inserting, 0, inserting.length, fields);

    assertAllocatesNothing(
        new BlockWriter().indexed(3).indexed(62).indexed(63).indexed(64).bytes());
  }

  @Test
  void repeatedLiteralsAllocateNothing() {
    assertAllocatesNothing(
        new BlockWriter()
            .indexed(3)
            .plain(4, "/helloworld.Greeter/SayHello")
            .integer(0, 4, 1)
            .huffman("f1e3c2e5f23a6ba0ab90f4ff")
            .never(23, "Bearer " + "t".repeat(200))
            .plain("grpc-timeout", "1S")
            .plain("x-custom", "value")
            .integer(0, 4, 0)
            .huffman("25a849e95ba97d7f")
            .huffman("25a849e95bb8e8b4bf")
            .bytes());
  }

  @Test
  void repeatedInsertionsAllocateNothing() {
    assertAllocatesNothing(
        new BlockWriter().inserted(4, "/helloworld.Greeter/SayHello").inserted("a", "b").bytes());
  }

  private void assertAllocatesNothing(byte[] block) {
    forward(block, 1000);
    long before = threads.getCurrentThreadAllocatedBytes();

    forward(block, CALLS);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(TOLERANCE);
    assertThat(fields.size()).isPositive();
  }

  private void forward(byte[] block, int calls) {
    for (int call = 0; call < calls; call++) {
      fields.clear();
      decoder.decode(block, 0, block.length, fields);
      int end = encoder.beginBlock(out, 0);
      for (int i = 0; i < fields.size(); i++) {
        end = encoder.encode(fields.get(i), out, end);
      }
    }
  }
}
