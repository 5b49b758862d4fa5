package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.GrpcStatus;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallLogTest {
  private final CallLog log = new CallLog(4);

  private static EndedCall call(int attempts) {
    var head =
        new EndedCall.Head(
            true, new InetSocketAddress(0), null, null, null, null, null, null, null);
    return new EndedCall(head, null, 0, 0, GrpcStatus.OK, 0, null, null, attempts, 0, 0);
  }

  private List<EndedCall> polled(int most) {
    @Nullable EndedCall[] room = new @Nullable EndedCall[most];
    int count = log.poll(room);
    return Arrays.stream(room, 0, count).map(Objects::requireNonNull).toList();
  }

  @Test
  void callsComeOutAsTheyWentIn() {
    assertThat(polled(4)).isEmpty();
    for (int i = 0; i < 10; i++) {
      log.add(call(i));
      log.add(call(-i));
      log.add(call(i));

      assertThat(polled(2)).containsExactly(call(i), call(-i));
      assertThat(polled(4)).containsExactly(call(i));
      assertThat(polled(4)).isEmpty();
    }
    assertThat(log.lost()).isZero();
  }

  @Test
  void whatFindsNoRoomIsCounted() {
    IntStream.range(0, 7).forEach(i -> log.add(call(i)));

    assertThat(log.lost()).isEqualTo(3);
    assertThat(polled(9)).containsExactly(call(0), call(1), call(2), call(3));
    log.add(call(8));
    assertThat(polled(9)).containsExactly(call(8));
  }
}
