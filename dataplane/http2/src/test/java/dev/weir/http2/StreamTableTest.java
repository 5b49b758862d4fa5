package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of open streams and the memory of closed ones, each against a plain model. */
class StreamTableTest {
  private final Wire wire = Wire.server();
  private final StreamTable table = new StreamTable();

  @Test
  void findsWhatAMapFinds() {
    Random random = new Random(7);
    Map<Integer, Http2Stream> model = new HashMap<>();
    for (int step = 0; step < 50_000; step++) {
      int id = 2 * random.nextInt(600) + 1;
      if (model.containsKey(id)) {
        table.remove(id);
        model.remove(id);
      } else if (random.nextInt(3) > 0) {
        Http2Stream stream = stream(id);
        table.add(stream);
        model.put(id, stream);
      } else {
        table.remove(id);
      }
      int other = 2 * random.nextInt(600) + 1;
      assertThat(table.get(other)).isSameAs(model.get(other));
      assertThat(table.size()).isEqualTo(model.size());
    }
  }

  @Test
  void findsStreamsWhoseIdentifiersCollide() {
    int[] ids = {1, 33, 65, 97, 3, 35};
    for (int id : ids) {
      table.add(stream(id));
    }

    table.remove(33);

    assertThat(table.get(33)).isNull();
    for (int id : new int[] {1, 65, 97, 3, 35}) {
      assertThat(table.get(id)).extracting(Http2Stream::id).isEqualTo(id);
    }
  }

  @Test
  void visitsEachStreamOnceAndNoneThatLeft() {
    for (int id = 1; id < 200; id += 2) {
      table.add(stream(id));
    }
    List<Integer> visited = new ArrayList<>();

    table.forEach(stream -> {
      visited.add(stream.id());
      table.remove(stream.id());
      table.remove(stream.id() ^ 2);
    });

    assertThat(visited).hasSizeBetween(50, 51).doesNotHaveDuplicates();
    assertThat(table.size()).isZero();
  }

  @Test
  void remembersTheLatestStreams() {
    StreamHistory history = new StreamHistory();
    history.began(1);
    history.began(9);
    history.endedByPeer(1);

    assertFault(history, 1, ErrorCode.STREAM_CLOSED);
    assertFault(history, 3, ErrorCode.PROTOCOL_ERROR);
    assertFault(history, 7, ErrorCode.PROTOCOL_ERROR);
    assertThat(history.isToBeTold(9, FrameType.DATA, 0)).isFalse();
  }

  @Test
  void forgetsStreamsThatLieFarBack() {
    StreamHistory history = new StreamHistory();
    history.began(1);
    history.endedByPeer(1);
    history.began(2 * StreamHistory.SIZE - 1);
    assertFault(history, 1, ErrorCode.STREAM_CLOSED);

    history.began(2 * StreamHistory.SIZE + 1);

    assertThat(history.isToBeTold(1, FrameType.DATA, 0)).isFalse();
    history.endedByPeer(1);
    assertThat(history.isToBeTold(2 * StreamHistory.SIZE + 1, FrameType.DATA, 0)).isFalse();
    assertFault(history, 3, ErrorCode.PROTOCOL_ERROR);
  }

  @Test
  void remembersNothingWrongBehindALargeJump() {
    StreamHistory history = new StreamHistory();
    for (int id = 1; id < 3 * StreamHistory.SIZE; id += 2) {
      history.began(id);
      history.endedByPeer(id);
    }

    history.began(Integer.MAX_VALUE);

    assertFault(history, Integer.MAX_VALUE - 2, ErrorCode.PROTOCOL_ERROR);
    assertFault(
        history, Integer.MAX_VALUE - 2 * (StreamHistory.SIZE - 1), ErrorCode.PROTOCOL_ERROR);
    assertThat(history.isToBeTold(Integer.MAX_VALUE - 2 * StreamHistory.SIZE, FrameType.DATA, 0))
        .isFalse();
    assertThat(history.isToBeTold(5, FrameType.DATA, 0)).isFalse();
  }

  @Test
  void remembersNothingOfOldStreamsForThoseThatAreSkipped() {
    StreamHistory history = new StreamHistory();
    for (int id = 1; id < 4 * StreamHistory.SIZE; id += 2) {
      history.began(id);
      history.endedByPeer(id);
    }
    int newest = 4 * StreamHistory.SIZE - 1;

    history.began(newest + 8);

    assertFault(history, newest, ErrorCode.STREAM_CLOSED);
    assertFault(history, newest + 2, ErrorCode.PROTOCOL_ERROR);
    assertFault(history, newest + 4, ErrorCode.PROTOCOL_ERROR);
    assertFault(history, newest + 6, ErrorCode.PROTOCOL_ERROR);
  }

  private static void assertFault(StreamHistory history, int id, int code) {
    assertThatThrownBy(() -> history.isToBeTold(id, FrameType.DATA, 0))
        .isInstanceOfSatisfying(
            ConnectionFault.class, fault -> assertThat(fault.fault().errorCode()).isEqualTo(code));
  }

  private Http2Stream stream(int id) {
    return new Http2Stream(wire.connection, id, 0, 0);
  }
}
