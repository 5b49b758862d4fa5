package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Calls that are given up slowly enough to stay below every limit of pace (row B12). What takes an
 * hour at one call in 100 ms, each given up after 1.1 s, is played as fast as it goes, against
 * limits of pace that are as far away.
 */
class CrawlAttackTest {

  private static final int CANCEL = 8;
  private static final int AT_A_TIME = 11;
  private static final int CALLS = Siege.LONG ? 36_000 : 6000;
  private static final int KIB = 1 << 10;

  /** What is owed, which is as much after many calls as after few. */
  private static final int MOST_GROWTH = (Siege.LONG ? 640 : 512) * KIB;

  private static final Fields CALL = Fields.grpcRequest("/silent/Service/Method");

  /**
   * What a client may have open, calls that are owed included. A server may hear of those of one
   * connection before it hears on another one that earlier ones are over.
   */
  private static final int STREAMS = 100;

  @Test
  void b12CallsThatAreGivenUpSlowlyLeaveNothingBehind() {
    Map<String, Object> far = Map.of("resets_burst", 1_000_000, "resets_per_second", 1_000_000);
    try (HeadRecorder silent = HeadRecorder.silent();
        Siege siege =
            Siege.with(Map.of("http2", far), Api.of("silent", silent.target()).at("/silent"))) {
      siege.alone(
          Siege.NO_FAULT,
          client -> {
            silent.takeMostOpen();
            bearRefusals(client);
            int begun = crawl(client, 1, CALLS / 3);
            long before = siege.heapBytes();
            crawl(client, begun, CALLS);
            assertThat(siege.heapBytes() - before).as("growth").isLessThan(MOST_GROWTH);
          });
      assertThat(silent.takeMostOpen()).as("calls at a time").isLessThanOrEqualTo(2 * STREAMS);
      await().untilAsserted(() -> assertThat(silent.takeMostOpen()).isZero());
    }
  }

  /** Calls that are owed to the server are their client's: of many some wait for long. */
  private static void bearRefusals(WirePeer client) {
    if (Siege.LONG) {
      client.bearRefusals();
    }
  }

  /** Opens a stream and gives up the one that is {@link #AT_A_TIME} older, again and again. */
  private static int crawl(WirePeer client, int firstStream, int calls) {
    int stream = firstStream;
    for (; stream < firstStream + 2 * calls; stream += 2) {
      client.send(Frame.headers(stream, CALL));
      if (stream > 2 * AT_A_TIME) {
        client.send(Frame.reset(stream - 2 * AT_A_TIME, CANCEL));
      }
      if (stream % 2000 == 1) {
        client.expectQuiet();
      }
    }
    return stream;
  }
}
