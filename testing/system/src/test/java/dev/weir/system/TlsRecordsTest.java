package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.RawTls;
import dev.weir.testkit.TlsClient;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through TLS is one stream of bytes, however it is cut (RFC 8446, 5.1). */
@Timeout(60)
class TlsRecordsTest {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final Fields REQUEST = Fields.grpcRequest(Scene.PATH);
  private static final byte[] LAST = Frame.message(1, "hi").last().encoded();
  private static final int ANSWERS = 100;
  private static final int INITIAL_WINDOW = 4;
  private static final int FRAMES_AT_ONCE = 8;
  private static final int PIECE_NANOS = 20_000;
  private static final int LARGE = 16_384;

  /** As many as a server is told of at once. */
  private static final int BREAKS = 30;

  @TempDir Path folder;

  private final WireServer server = WireServer.listen();
  private TlsFiles files;
  private TestGateway gateway;

  @BeforeEach
  void begin() {
    files = new TlsFiles(folder);
    Map<String, Object> configuration =
        new HashMap<>(TlsFiles.mainPort(Map.of(), files.issue("localhost")));
    configuration.put("weir", Map.of("event_loops", 1));
    gateway = TestGateway.configured(configuration, Api.of("echo", server.target()));
  }

  @AfterEach
  void end() {
    gateway.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1000})
  void recordsMayComeInPieces(int size) {
    try (RawTls client = RawTls.connect(gateway.port())) {
      client.trySend(RawTls.DATA, bytes(PREFACE, Frame.settings().encoded()));
      byte[] head = Frame.headers(1, REQUEST).encoded();
      byte[] data = Frame.message(1, "one").encoded();

      sendInPieces(
          client, size, bytes(client.seal(RawTls.DATA, head), client.seal(RawTls.DATA, data)));

      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      assertThat(upstream.expectData(stream).payload())
          .isEqualTo(Frame.message(1, "one").payload());
    }
  }

  private static void sendInPieces(RawTls client, int size, byte[] records) {
    for (int at = 0; at < records.length; at += size) {
      client.trySend(Arrays.copyOfRange(records, at, Math.min(at + size, records.length)));
      LockSupport.parkNanos(PIECE_NANOS);
    }
  }

  @Test
  void theFramesThatLeaveTogetherAreOneRecord() {
    try (RawTls client = RawTls.connect(gateway.port())) {
      client.trySend(
          RawTls.DATA,
          bytes(PREFACE, Frame.settings().encoded(), Frame.headers(1, REQUEST).encoded(), LAST));
      WirePeer upstream = server.accept();
      int stream = upstream.expectRequest().stream();

      upstream.send(answer(stream));

      int records = 0;
      List<Frame> frames;
      do {
        frames = Frame.all(Objects.requireNonNull(client.readData()));
        records += frames.stream().anyMatch(frame -> frame.stream() == 1) ? 1 : 0;
      } while (frames.stream().noneMatch(frame -> frame.stream() == 1 && frame.isLast()));
      assertThat(records).isEqualTo(1);
    }
  }

  /** Of many frames, and written at once. */
  private static byte[] answer(int stream) {
    var answer = new ByteArrayOutputStream();
    answer.writeBytes(Frame.headers(stream, Fields.grpcResponse()).encoded());
    for (int i = 0; i < ANSWERS; i++) {
      answer.writeBytes(Frame.message(stream, "answer " + i).encoded());
    }
    answer.writeBytes(Frame.headers(stream, Fields.grpcTrailers(0)).last().encoded());
    return answer.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 16_384})
  void c5WhatASlowClientHasNoRoomForComesLaterAndInOrder(int frameBytes) {
    try (WirePeer client = TlsClient.trusting(files.authority()).greet(gateway.port())) {
      client.send(
          Frame.settings(INITIAL_WINDOW, Integer.MAX_VALUE),
          Frame.windowUpdate(0, Integer.MAX_VALUE - (1 << 16)));
      client.sendRequest(1, Scene.PATH);
      WirePeer upstream = server.accept();
      int stream = upstream.expectRequest().stream();
      upstream.send(Frame.headers(stream, Fields.grpcResponse()));

      int sent = sendUntilHeldBack(upstream, stream, frameBytes);

      client.expectHeaders(1);
      byte[] came = client.expectBytes(1, sent);
      assertThat(came).isEqualTo(pattern(0, sent));
    }
  }

  /** Of the write that fails nobody hears but the client's own connection. */
  @Test
  void clientsThatBreakOffInTheMiddleOfBulkLeaveOthersAlone() {
    TlsClient tls = TlsClient.trusting(files.authority());
    try (WirePeer other = tls.greet(gateway.port())) {
      other.sendRequest(1, Scene.PATH);
      WirePeer upstream = server.accept();
      int calm = upstream.expectRequest().stream();
      for (int i = 0; i < BREAKS; i++) {
        WirePeer client = tls.greet(gateway.port());
        client.send(
            Frame.settings(INITIAL_WINDOW, Integer.MAX_VALUE),
            Frame.windowUpdate(0, Integer.MAX_VALUE - (1 << 16)));
        client.sendRequest(1, Scene.PATH);
        int stream = nextRequest(upstream);
        upstream.send(Frame.headers(stream, Fields.grpcResponse()));
        client.expectHeaders(1);
        upstream.send(bulk(stream));
        client.abort();
        upstream.send(bulk(stream));
      }

      upstream.sendResponse(calm);

      other.expectHeaders(1);
    }
  }

  /** Behind what has to be told of those that are gone. */
  private static int nextRequest(WirePeer upstream) {
    Frame frame = upstream.next();
    while (!frame.is(Frame.HEADERS)) {
      frame = upstream.next();
    }
    return frame.stream();
  }

  private static Frame[] bulk(int stream) {
    var frames = new Frame[FRAMES_AT_ONCE];
    Arrays.fill(frames, Frame.data(stream, pattern(0, LARGE)));
    return frames;
  }

  /** In pieces, which leave one after the other, as far as all windows and sockets allow. */
  private static int sendUntilHeldBack(WirePeer upstream, int stream, int frameBytes) {
    int sent = 0;
    int most = FRAMES_AT_ONCE * frameBytes;
    while (upstream.allowance(stream) >= most) {
      for (int i = 0; i < FRAMES_AT_ONCE; i++) {
        upstream.send(Frame.data(stream, pattern(sent, frameBytes)));
        sent += frameBytes;
      }
    }
    return sent;
  }

  /** Bytes that tell their position. */
  private static byte[] pattern(int from, int length) {
    var pattern = new byte[length];
    for (int i = 0; i < length; i++) {
      pattern[i] = (byte) (((from + i) * 31) >>> 3);
    }
    return pattern;
  }

  private static byte[] bytes(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
