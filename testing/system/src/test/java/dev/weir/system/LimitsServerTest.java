package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.weir.model.Limit;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Every limit by its setting: turned down as far as it goes, a peer that goes beyond it is counted
 * and logged with its reason. A line a limit, so that none is lost.
 */
class LimitsServerTest {

  private static final Fields CALL = Fields.grpcRequest(Scene.PATH);
  private static final int CANCEL = 8;
  private static final int UNKNOWN_TYPE = 0x7f;
  private static final int FRAME = 16 << 10;
  private static final int UNREAD_HEADS = 600;

  /** A MiB, and windows of which few fill it: near its end no call begins any more. */
  private static final Map<Limit, Integer> FULL_BY_FEW =
      Map.of(Limit.MAX_BUFFERED_MIB, 1, Limit.STREAM_WINDOW_BYTES, 8 * FRAME);

  /** What nobody can go beyond, and why. */
  private static final List<Limit> BEYOND_NOBODY =
      List.of(
          // Given back before half of it is used, whatever a peer does.
          Limit.CONNECTION_WINDOW_BYTES,
          Limit.UPSTREAM_CONNECTION_WINDOW_BYTES,
          // Windows stay as they are.
          Limit.MAX_WINDOW_GROWTH_MIB,
          // Told to callers: see GuessesServerTest.
          Limit.FAILED_CREDENTIALS_BURST,
          Limit.FAILED_CREDENTIALS_PER_SECOND,
          // The other half of what stands in the table with a burst of one.
          Limit.RESETS_PER_SECOND,
          Limit.PINGS_PER_SECOND,
          Limit.SETTINGS_PER_SECOND,
          Limit.PRIORITIES_PER_SECOND,
          // What the gateway does by itself: see QuietLimitsWireTest.
          Limit.HTTP1_IDLE_SECONDS,
          Limit.UPSTREAM_WAIT_SECONDS,
          Limit.UPSTREAM_RESETS_BURST,
          Limit.UPSTREAM_RESETS_PER_SECOND);

  /**
   * A limit, and how to go beyond it.
   *
   * @param set the setting that is tried, and others that would be in its way
   * @param reason what it is counted as, on that side
   */
  record Row(Limit limit, Map<Limit, Integer> set, String side, String reason, Play play) {
    Row with(Limit other, int value) {
      Map<Limit, Integer> more = new HashMap<>(set);
      more.put(other, value);
      return new Row(limit, more, side, reason, play);
    }

    @Override
    public String toString() {
      return limit.path() + " counts as " + reason;
    }
  }

  interface Play extends Consumer<Stage> {}

  private final Lines log = new Lines();

  @BeforeEach
  void listen() {
    log.begin();
  }

  @AfterEach
  void listenNoMore() {
    log.end();
  }

  /** What the gateway logs. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.weir");
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    void begin() {
      start();
      logger.addAppender(this);
    }

    void end() {
      logger.detachAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    /**
     * Those that name the reason of this row, and who it was, unless that is nobody in particular.
     */
    List<ILoggingEvent> with(Row row) {
      return events.stream()
          .filter(event -> row.reason().equals(value(event, "reason")))
          .filter(event ->
              isOfTheProcess(row)
                  || value(event, row.side().equals("client") ? "peer" : "endpoint") != null)
          .toList();
    }

    private static boolean isOfTheProcess(Row row) {
      return row.reason().equals("streams") || row.reason().equals("buffered_bytes");
    }

    private static @Nullable Object value(ILoggingEvent event, String key) {
      List<KeyValuePair> pairs = event.getKeyValuePairs();
      return pairs == null
          ? null
          : pairs.stream()
              .filter(pair -> pair.key.equals(key))
              .map(pair -> pair.value)
              .findFirst()
              .orElse(null);
    }
  }

  private static Row row(Limit limit, int value, String reason, Play play) {
    return new Row(limit, Map.of(limit, value), "client", reason, play);
  }

  static Stream<Row> rows() {
    return Stream.of(
        row(
                Limit.MAX_CONCURRENT_STREAMS,
                1,
                "refused_streams",
                stage -> stage.client().send(three(id -> List.of(Frame.headers(id, CALL)))))
            .with(Limit.RESETS_BURST, 1),
        row(
                Limit.STREAM_WINDOW_BYTES,
                1024,
                "provoked_resets",
                stage ->
                    stage
                        .client()
                        .send(
                            three(id ->
                                List.of(Frame.headers(id, CALL), Frame.data(id, new byte[2000])))))
            .with(Limit.RESETS_BURST, 1),
        row(
            Limit.MAX_HEADER_LIST_BYTES,
            1024,
            "header_list",
            stage -> stage.client().send(Frame.headers(1, CALL.with("a", "x".repeat(1500))))),
        row(
            Limit.MAX_HEADER_LIST_BYTES,
            1024,
            "header_block",
            stage -> stage.client().send(Frame.headers(1, more(60)))),
        row(
            Limit.MAX_HEADER_FIELDS,
            8,
            "header_list",
            stage -> stage.client().send(Frame.headers(1, more(5)))),
        row(
            Limit.MAX_CONTINUATIONS,
            0,
            "continuations",
            stage ->
                stage
                    .client()
                    .send(
                        Frame.headers(1, CALL).without(Frame.END_HEADERS),
                        Frame.continuation(1, new byte[0]))),
        new Row(
            Limit.MAX_UPSTREAM_CONTINUATIONS,
            Map.of(Limit.MAX_UPSTREAM_CONTINUATIONS, 0),
            "server",
            "continuations",
            stage -> {
              stage.client().send(Frame.headers(1, CALL).last());
              WirePeer upstream = stage.server().accept();
              int stream = upstream.expectHeaders().stream();
              upstream.send(
                  Frame.headers(stream, Fields.grpcResponse()).without(Frame.END_HEADERS),
                  Frame.continuation(stream, new byte[0]));
            }),
        row(
            Limit.RESETS_BURST,
            1,
            "peer_resets",
            stage ->
                stage
                    .client()
                    .send(three(id -> List.of(Frame.headers(id, CALL), Frame.reset(id, CANCEL))))),
        row(
            Limit.RESETS_BURST,
            1,
            "provoked_resets",
            stage ->
                stage
                    .client()
                    .send(three(id -> List.of(Frame.headers(id, CALL.with("connection", "x")))))),
        row(Limit.RESETS_BURST, 1, "upstream_resets", LimitsServerTest::cancelAnsweredCalls),
        row(
                Limit.MAX_UNREAD_ANSWERS,
                1,
                "unread_answers",
                stage -> stage.client().send(three(id -> List.of(Frame.ping(id)))))
            .with(Limit.PINGS_BURST, 1_000_000),
        row(
            Limit.MAX_EMPTY_FRAMES,
            0,
            "empty_frames",
            stage -> stage.client().send(Frame.headers(1, CALL), Frame.data(1, ""))),
        row(
            Limit.SMALL_DATA_BYTES,
            0,
            "small_data",
            stage -> stage.client().send(Frame.headers(1, CALL), Frame.padded(1, new byte[1]))),
        row(
            Limit.PRIORITIES_BURST,
            1,
            "priority_frames",
            stage -> stage.client().send(three(id -> List.of(Frame.priority(id, 0))))),
        row(
            Limit.WINDOW_UPDATES_PER_DATA,
            2,
            "window_updates",
            stage -> stage.client().flood(20, i -> Frame.windowUpdate(0, 1))),
        row(
            Limit.MAX_SETTINGS_ENTRIES,
            8,
            "settings_frames",
            stage -> stage.client().send(Frame.settings(new int[2 * 9]))),
        row(
            Limit.SETTINGS_BURST,
            1,
            "settings_frames",
            stage -> stage.client().send(three(id -> List.of(Frame.settings())))),
        row(
            Limit.PINGS_BURST,
            1,
            "pings",
            stage -> stage.client().send(three(id -> List.of(Frame.ping(id))))),
        row(
            Limit.WASTE_BYTES,
            0,
            "waste",
            stage -> stage.client().flood(3, i -> new Frame(UNKNOWN_TYPE, 0, 0, new byte[16_384]))),
        row(
            Limit.MAX_DRIBBLES,
            1,
            "dribbles",
            stage -> {
              stage.client(Frame.INITIAL_WINDOW_SIZE, 1).send(Frame.headers(1, CALL).last());
              WirePeer upstream = stage.server().accept();
              upstream.sendResponse(upstream.expectHeaders().stream());
            }),
        row(
                Limit.DRIBBLE_BYTES,
                5000,
                "dribbles",
                stage -> {
                  stage.client(Frame.INITIAL_WINDOW_SIZE, 4000).send(Frame.headers(1, CALL).last());
                  WirePeer upstream = stage.server().accept();
                  int stream = upstream.expectHeaders().stream();
                  upstream.send(
                      Frame.headers(stream, Fields.grpcResponse()),
                      Frame.data(stream, new byte[10_000]));
                })
            .with(Limit.MAX_DRIBBLES, 1),
        row(Limit.PREFACE_SECONDS, 1, "preface_timeout", Stage::silentClient),
        row(
            Limit.PREFACE_SECONDS,
            1,
            "settings_timeout",
            stage -> stage.silentClient().sendPreface()),
        row(
                Limit.SETTINGS_SECONDS,
                1,
                "settings_timeout",
                stage -> stage.silentClient().sendPreface().send(Frame.settings()))
            .with(Limit.PREFACE_SECONDS, 1),
        row(
            Limit.HEAD_SECONDS,
            1,
            "head_timeout",
            stage -> stage.client().send(Frame.headers(1, CALL).without(Frame.END_HEADERS))),
        row(
            Limit.STALL_SECONDS,
            1,
            "stalled_reader",
            stage -> {
              stage.client(Frame.INITIAL_WINDOW_SIZE, 0).send(Frame.headers(1, CALL).last());
              WirePeer upstream = stage.server().accept();
              upstream.sendResponse(upstream.expectHeaders().stream());
            }),
        row(Limit.STALL_SECONDS, 1, "stalled_reader", LimitsServerTest::leaveHeadsUnread)
            .with(Limit.MAX_UNREAD_ANSWERS, 1_000_000),
        row(
                Limit.PROGRESS_BYTES,
                10_000,
                "stalled_reader",
                stage -> {
                  stage.client(Frame.INITIAL_WINDOW_SIZE, 5000).send(Frame.headers(1, CALL).last());
                  WirePeer upstream = stage.server().accept();
                  int stream = upstream.expectHeaders().stream();
                  upstream.send(
                      Frame.headers(stream, Fields.grpcResponse()),
                      Frame.data(stream, new byte[10_000]));
                })
            .with(Limit.STALL_SECONDS, 1),
        new Row(
            Limit.UPSTREAM_CONNECT_SECONDS,
            Map.of(Limit.UPSTREAM_CONNECT_SECONDS, 1),
            "server",
            "settings_timeout",
            stage -> {
              stage.client().send(Frame.headers(1, CALL).last());
              stage.server().acceptSilently();
            }),
        silentServer(Limit.UPSTREAM_KEEPALIVE_SECONDS)
            .with(Limit.UPSTREAM_KEEPALIVE_TIMEOUT_SECONDS, 1),
        silentServer(Limit.UPSTREAM_KEEPALIVE_TIMEOUT_SECONDS)
            .with(Limit.UPSTREAM_KEEPALIVE_SECONDS, 1),
        row(
            Limit.MAX_CONNECTIONS,
            1,
            "connections",
            stage -> {
              stage.client();
              stage.refusedClient();
            }),
        row(
            Limit.MAX_CONNECTIONS_PER_ADDRESS,
            1,
            "connections_per_address",
            stage -> {
              stage.client();
              stage.refusedClient();
            }),
        row(
            Limit.MAX_STREAMS,
            1,
            "streams",
            stage -> stage.client().send(three(id -> List.of(Frame.headers(id, CALL))))),
        new Row(
            Limit.MAX_BUFFERED_MIB,
            FULL_BY_FEW,
            "client",
            "buffered_bytes",
            stage -> nearlyFull(stage).send(Frame.headers(9, CALL))),
        new Row(
            Limit.MAX_BUFFERED_MIB,
            FULL_BY_FEW,
            "client",
            "buffers_full",
            stage ->
                nearlyFull(stage)
                    .flood(
                        9,
                        i ->
                            i == 0
                                ? beginning(9)
                                : Frame.continuation(9, new byte[FRAME])
                                    .without(Frame.END_HEADERS))));
  }

  private static Row silentServer(Limit limit) {
    return new Row(
        limit,
        Map.of(limit, 1),
        "server",
        "keepalive_timeout",
        stage -> {
          stage.client().send(Frame.headers(1, CALL).last());
          stage.server().accept().expectHeaders();
        });
  }

  /** Of answers that have nothing else, more than sockets hold. */
  private static void leaveHeadsUnread(Stage stage) {
    WirePeer client = stage.client();
    WirePeer upstream = null;
    for (int i = 0; i < UNREAD_HEADS; i++) {
      client.send(Frame.headers(2 * i + 1, CALL).last());
      upstream = upstream == null ? stage.server().accept() : upstream;
      Fields answer = Fields.grpcTrailers(0).with("a", i + "x".repeat(15_000));
      upstream.send(
          Frame.headers(upstream.expectHeaders().stream(), Fields.grpcResponse().and(answer))
              .last());
    }
  }

  private static void cancelAnsweredCalls(Stage stage) {
    WirePeer client = stage.client();
    client.send(three(id -> List.of(Frame.headers(id, CALL))));
    WirePeer upstream = stage.server().accept();
    for (int id = 1; id < 7; id += 2) {
      upstream.send(Frame.headers(upstream.expectHeaders().stream(), Fields.grpcResponse()));
      client.expectHeaders(id);
    }
    client.send(three(id -> List.of(Frame.reset(id, CANCEL))));
  }

  /** A call with so many more fields of some length. */
  private static Fields more(int fields) {
    Fields call = CALL;
    for (int i = 0; i < fields; i++) {
      call = call.with("field" + i, "x".repeat(100));
    }
    return call;
  }

  /**
   * A client whose requests nobody takes: all but a sixteenth of a MiB, since bytes on the heap
   * count twice.
   */
  private static WirePeer nearlyFull(Stage stage) {
    WirePeer client = stage.client();
    for (int frame = 0; frame < 30; frame++) {
      int id = 2 * (frame / 8) + 1;
      if (frame % 8 == 0) {
        client.send(Frame.headers(id, CALL));
      }
      client.send(Frame.data(id, new byte[FRAME]));
    }
    return client.expectQuiet();
  }

  /** A header block that goes on. */
  private static Frame beginning(int id) {
    return new Frame(Frame.HEADERS, 0, id, new byte[FRAME]);
  }

  private interface Frames {
    List<Frame> of(int id);
  }

  private static Frame[] three(Frames frames) {
    return Stream.of(1, 3, 5).flatMap(id -> frames.of(id).stream()).toArray(Frame[]::new);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isCountedAndLoggedWithItsReason(Row row) {
    try (var stage = new Stage(row.set())) {
      row.play().accept(stage);

      await()
          .atMost(Patience.LIMIT)
          .until(() -> stage.metrics().counted(row.side(), row.reason()) > 0);
      await().atMost(Patience.LIMIT).untilAsserted(() -> assertThat(log.with(row)).hasSize(1));
    }
  }

  @Test
  void everyLimitHasARow() {
    var tried = new TreeSet<>(BEYOND_NOBODY);
    rows().forEach(row -> tried.add(row.limit()));

    assertThat(tried).containsExactly(Limit.values());
  }

  /** A gateway with these limits, a server that does what the test says, and clients. */
  static final class Stage implements AutoCloseable {
    private final WireServer server = WireServer.listen();
    private final List<WirePeer> clients = new ArrayList<>();
    private final TestGateway gateway;

    Stage(Map<Limit, Integer> limits) {
      gateway =
          TestGateway.configured(Map.of("weir", weir(limits)), Api.of("scripted", server.target()));
    }

    private static Map<String, Object> weir(Map<Limit, Integer> limits) {
      var weir = new HashMap<String, Object>();
      weir.put("event_loops", 1);
      weir.put("admin", Map.of("address", "127.0.0.1:0"));
      limits.forEach((limit, value) -> {
        List<String> path = Arrays.asList(limit.path().split("\\.", -1));
        @SuppressWarnings("unchecked") // Made here, as a map.
        var group =
            (Map<String, Object>)
                weir.computeIfAbsent(path.get(1), name -> new HashMap<String, Object>());
        group.put(path.get(2), value);
      });
      return weir;
    }

    WireServer server() {
      return server;
    }

    WirePeer client(int... settings) {
      return kept(WirePeer.client(gateway.port(), settings));
    }

    WirePeer silentClient() {
      return kept(WirePeer.connect(gateway.port()));
    }

    /** The reset may come before this side has set its socket up. */
    void refusedClient() {
      try {
        silentClient();
      } catch (UncheckedIOException e) {
        assertThat(e).hasRootCauseInstanceOf(SocketException.class);
      }
    }

    private WirePeer kept(WirePeer peer) {
      clients.add(peer);
      return peer;
    }

    Metrics metrics() {
      return Metrics.at(gateway.adminPort());
    }

    @Override
    public void close() {
      clients.forEach(WirePeer::close);
      gateway.close();
      server.close();
    }
  }
}
