package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import dev.weir.engine.CallRefusal;
import dev.weir.http2.PeerFault;
import dev.weir.listener.ConnectionRefusal;
import dev.weir.model.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of limits: a line a row, so that none is lost. What is checked is that a row has its
 * setting with this default, and is counted with this label; that the reference page says the same;
 * and that nothing is limited or counted beside the table.
 */
class LimitTableTest {

  private static final Path PAGE = Path.of("../docs/reference/configuration.md");

  /** A key of the page, and the fourth cell of its row. */
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(weir\\.(?:http2|limits)\\.\\w+)` \\| `\\w+` \\| `\\d+` \\| ([^|]*) \\|.*");

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** Peers that break the protocol itself, for which no number is set. */
  private static final List<PeerFault> RULES =
      List.of(
          PeerFault.PROTOCOL,
          PeerFault.STREAM_CLOSED,
          PeerFault.FRAME_SIZE,
          PeerFault.COMPRESSION,
          PeerFault.STREAM,
          PeerFault.TLS_RECORD);

  /** What no setting is for: the system decides. */
  private static final List<String> SYSTEM = List.of(ConnectionRefusal.ACCEPT_FAILED.label());

  /** Calls that fail are counted by what they are told. */
  private static final List<String> TOLD =
      List.of(ProxyError.Kind.ADDRESS_THROTTLED.name(), ProxyError.Kind.QUEUE_TIMEOUT.name());

  /**
   * A limit.
   *
   * @param labels what going beyond it is counted as
   */
  private record Row(Limit limit, int byDefault, List<String> labels) {}

  private static final List<Row> TABLE =
      List.of(
          // What a peer may do on its connection.
          row(Limit.MAX_CONCURRENT_STREAMS, 100, PeerFault.REFUSED_STREAMS),
          row(Limit.STREAM_WINDOW_BYTES, 64 * KIB, PeerFault.PROVOKED_RESETS),
          row(Limit.MAX_HEADER_LIST_BYTES, 64 * KIB, PeerFault.HEADER_LIST, PeerFault.HEADER_BLOCK),
          row(Limit.MAX_HEADER_FIELDS, 128, PeerFault.HEADER_LIST),
          row(Limit.MAX_CONTINUATIONS, 8, PeerFault.CONTINUATIONS),
          row(Limit.MAX_UPSTREAM_CONTINUATIONS, 72, PeerFault.CONTINUATIONS),
          row(
              Limit.RESETS_BURST,
              200,
              PeerFault.PEER_RESETS,
              PeerFault.PROVOKED_RESETS,
              PeerFault.REFUSED_STREAMS,
              PeerFault.UPSTREAM_RESETS),
          row(
              Limit.RESETS_PER_SECOND,
              20,
              PeerFault.PEER_RESETS,
              PeerFault.PROVOKED_RESETS,
              PeerFault.REFUSED_STREAMS,
              PeerFault.UPSTREAM_RESETS),
          row(Limit.MAX_UNREAD_ANSWERS, 1000, PeerFault.UNREAD_ANSWERS),
          row(Limit.MAX_EMPTY_FRAMES, 10, PeerFault.EMPTY_FRAMES),
          row(Limit.SMALL_DATA_BYTES, 64 * KIB, PeerFault.SMALL_DATA),
          row(Limit.PRIORITIES_BURST, 100, PeerFault.PRIORITY_FRAMES),
          row(Limit.PRIORITIES_PER_SECOND, 10, PeerFault.PRIORITY_FRAMES),
          row(Limit.WINDOW_UPDATES_PER_DATA, 10, PeerFault.WINDOW_UPDATES),
          row(Limit.MAX_SETTINGS_ENTRIES, 32, PeerFault.SETTINGS_FRAMES),
          row(Limit.SETTINGS_BURST, 10, PeerFault.SETTINGS_FRAMES),
          row(Limit.SETTINGS_PER_SECOND, 1, PeerFault.SETTINGS_FRAMES),
          row(Limit.PINGS_BURST, 60, PeerFault.PINGS),
          row(Limit.PINGS_PER_SECOND, 1, PeerFault.PINGS),
          row(Limit.WASTE_BYTES, MIB, PeerFault.WASTE),
          row(
              Limit.PREFACE_SECONDS,
              5,
              PeerFault.PREFACE_TIMEOUT,
              PeerFault.SETTINGS_TIMEOUT,
              PeerFault.TLS_HANDSHAKE),
          row(Limit.SETTINGS_SECONDS, 10, PeerFault.SETTINGS_TIMEOUT),
          row(Limit.HEAD_SECONDS, 10, PeerFault.HEAD_TIMEOUT),
          row(Limit.MAX_DRIBBLES, 100, PeerFault.DRIBBLES),
          row(Limit.DRIBBLE_BYTES, 512, PeerFault.DRIBBLES),
          row(Limit.STALL_SECONDS, 60, PeerFault.STALLED_READER),
          row(Limit.PROGRESS_BYTES, KIB, PeerFault.STALLED_READER),
          row(Limit.UPSTREAM_CONNECT_SECONDS, 5, PeerFault.SETTINGS_TIMEOUT),
          row(Limit.UPSTREAM_KEEPALIVE_SECONDS, 0, PeerFault.KEEPALIVE_TIMEOUT),
          row(Limit.UPSTREAM_KEEPALIVE_TIMEOUT_SECONDS, 10, PeerFault.KEEPALIVE_TIMEOUT),
          row(Limit.CONNECTION_WINDOW_BYTES, MIB, PeerFault.FLOW_CONTROL),
          row(Limit.UPSTREAM_CONNECTION_WINDOW_BYTES, 16 * MIB, PeerFault.FLOW_CONTROL),
          row(Limit.UPSTREAM_RESETS_BURST, 36, PeerFault.UPSTREAM_RESETS),
          row(Limit.UPSTREAM_RESETS_PER_SECOND, 1, PeerFault.UPSTREAM_RESETS),
          // Nobody goes beyond these: windows stay as they are, and who falls silent may.
          new Row(Limit.MAX_WINDOW_GROWTH_MIB, 32, List.of()),
          new Row(Limit.HTTP1_IDLE_SECONDS, 60, List.of()),
          // Told to callers.
          row(Limit.FAILED_CREDENTIALS_BURST, 40, ProxyError.Kind.ADDRESS_THROTTLED),
          row(Limit.FAILED_CREDENTIALS_PER_SECOND, 5, ProxyError.Kind.ADDRESS_THROTTLED),
          row(Limit.UPSTREAM_WAIT_SECONDS, 10, ProxyError.Kind.QUEUE_TIMEOUT),
          // What the process takes.
          new Row(Limit.MAX_CONNECTIONS, 10_000, List.of(ConnectionRefusal.CONNECTIONS.label())),
          new Row(
              Limit.MAX_CONNECTIONS_PER_ADDRESS,
              5_000,
              List.of(ConnectionRefusal.CONNECTIONS_PER_ADDRESS.label())),
          new Row(Limit.MAX_STREAMS, 100_000, List.of(CallRefusal.STREAMS.label())),
          new Row(
              Limit.MAX_BUFFERED_MIB,
              0,
              List.of(CallRefusal.BUFFERED_BYTES.label(), PeerFault.BUFFERS_FULL.label())));

  private static Row row(Limit limit, int byDefault, PeerFault... faults) {
    return new Row(limit, byDefault, Arrays.stream(faults).map(PeerFault::label).toList());
  }

  private static Row row(Limit limit, int byDefault, ProxyError.Kind told) {
    return new Row(limit, byDefault, List.of(told.name()));
  }

  @Test
  void everyLimitIsInTheTableOnce() {
    assertThat(TABLE).extracting(Row::limit).containsExactlyInAnyOrder(Limit.values());
  }

  @Test
  void everyLimitHasItsDefault() {
    assertThat(TABLE)
        .allSatisfy(row -> assertThat(row.limit().byDefault()).isEqualTo(row.byDefault()));
  }

  @Test
  void nothingIsCountedThatNoRowIsFor() {
    var counted =
        Stream.of(
                labels(PeerFault.values(), PeerFault::label),
                labels(CallRefusal.values(), CallRefusal::label),
                labels(ConnectionRefusal.values(), ConnectionRefusal::label))
            .flatMap(Function.identity())
            .collect(Collectors.toCollection(TreeSet::new));
    RULES.forEach(rule -> counted.remove(rule.label()));
    SYSTEM.forEach(counted::remove);
    counted.addAll(TOLD);

    assertThat(TABLE.stream().flatMap(row -> row.labels().stream()).collect(Collectors.toSet()))
        .isEqualTo(counted);
  }

  private static <T> Stream<String> labels(T[] all, Function<T, String> label) {
    return Arrays.stream(all).map(label);
  }

  @Test
  void theReferencePageSaysWhatEachIsCountedAs() throws IOException {
    Map<String, List<String>> table =
        TABLE.stream().collect(Collectors.toMap(row -> row.limit().path(), Row::labels));
    Map<String, List<String>> page =
        Files.readAllLines(PAGE).stream()
            .map(ROW::matcher)
            .filter(java.util.regex.Matcher::matches)
            .collect(Collectors.toMap(row -> row.group(1), row -> cell(row.group(2))));

    assertThat(page).isEqualTo(table);
  }

  private static List<String> cell(String text) {
    return text.equals("-") ? List.of() : List.of(text.replace("`", "").split(", ", -1));
  }
}
