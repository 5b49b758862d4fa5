package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.GrpcStatus;
import java.net.InetSocketAddress;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallLogTest {
  private final CallLog log = new CallLog(4);

  private static EndedCall call(int attempts) {
    var head =
        new EndedCall.Head(
            true, new InetSocketAddress(0), null, null, null, null, null, null, null);
    return new EndedCall(head, null, 0, 0, GrpcStatus.OK, 0, null, null, attempts, 0, 0);
  }

  @Test
  void callsComeOutAsTheyWentIn() {
    assertThat(log.poll()).isNull();
    for (int i = 0; i < 10; i++) {
      log.add(call(i));
      log.add(call(-i));

      assertThat(log.poll()).isEqualTo(call(i));
      assertThat(log.poll()).isEqualTo(call(-i));
      assertThat(log.poll()).isNull();
    }
    assertThat(log.lost()).isZero();
  }

  @Test
  void whatFindsNoRoomIsCounted() {
    IntStream.range(0, 7).forEach(i -> log.add(call(i)));

    assertThat(log.lost()).isEqualTo(3);
    assertThat(IntStream.range(0, 4).mapToObj(_ -> log.poll()))
        .containsExactly(call(0), call(1), call(2), call(3));
    log.add(call(8));
    assertThat(log.poll()).isEqualTo(call(8));
  }
}
