package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads and trailers as they stand on the wire. */
class HeadWireTest {

  private static final int MALFORMED = 1;

  @Test
  void teTrailersReachesTheServerP1() {
    try (var scene = Scene.open()) {
      Head head = scene.call().head();

      assertThat(head.fields().all("te")).containsExactly("trailers");
    }
  }

  @Test
  void teTrailersIsSetWhenTheClientLeftItOutP1() {
    Fields withoutTe = Fields.grpcRequest(Scene.PATH).without("te");

    assertThat(forwarded(withoutTe).all("te")).containsExactly("trailers");
  }

  @Test
  void pseudoFieldsComeFirstAndOthersKeepTheirOrderP11() {
    Fields fields =
        Fields.grpcRequest(Scene.PATH)
            .with("grpc-timeout", "5S")
            .with("b", "1")
            .with("a", "2")
            .with("b", "3");

    List<String> names = forwarded(fields).names();

    assertThat(names.subList(0, 4))
        .containsExactlyInAnyOrder(":method", ":scheme", ":path", ":authority");
    assertThat(names.subList(4, names.size()))
        .containsExactly("content-type", "te", "grpc-timeout", "b", "a", "b", "x-forwarded-for");
  }

  @Test
  void authorityIsTheTargets() {
    try (var scene = Scene.open()) {
      Head head = scene.call().head();

      assertThat(head.fields().get(":authority")).isEqualTo("127.0.0.1:" + scene.server().port());
    }
  }

  @Test
  void authorityIsTheClientsWhenPreserved() {
    try (var scene = Scene.of(api -> api.with("proxy.preserve_host_header", true))) {
      assertThat(scene.call().head().fields().get(":authority")).isEqualTo("weir.test");
    }
  }

  @Test
  void remainingTimeIsForwardedAndNeverMoreP12() {
    Fields head = forwarded(Fields.grpcRequest(Scene.PATH).with("grpc-timeout", "5S"));

    assertThat(nanos(head.get("grpc-timeout"))).isBetween(4_000_000_000L, 5_000_000_000L);
  }

  @Test
  void binaryValuesAreForwardedAsWrittenP9() {
    Fields fields =
        Fields.grpcRequest(Scene.PATH)
            .with("padded-bin", "q80=")
            .with("bare-bin", "q80")
            .with("joined-bin", "q80,q80=");

    Fields head = forwarded(fields);

    assertThat(head.get("padded-bin")).isEqualTo("q80=");
    assertThat(head.get("bare-bin")).isEqualTo("q80");
    assertThat(head.get("joined-bin")).isEqualTo("q80,q80=");
  }

  @Test
  void everyByteThatHttpAllowsPassesInValuesP10() {
    var value = new StringBuilder();
    for (char c = 0x20; c <= 0xff; c++) {
      if (c != 0x7f) {
        value.append(c);
      }
    }
    String text = "x" + value + "x";

    assertThat(forwarded(Fields.grpcRequest(Scene.PATH).with("odd", text)).get("odd"))
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/grpc",
        "application/grpc+proto",
        "application/grpc+json",
        "application/grpc+vnd.own",
        "application/grpc;charset=utf-8",
        "Application/GRPC"
      })
  void everyGrpcContentTypePassesP27(String contentType) {
    try (var scene = Scene.open()) {
      Fields request =
          Fields.grpcRequest(Scene.PATH).without("content-type").with("content-type", contentType);
      scene.client().send(Frame.headers(1, request).last());
      WirePeer upstream = scene.server().accept();
      Head head = upstream.expectHeaders();
      upstream.send(
          Frame.headers(head.stream(), Fields.of(":status", "200", "content-type", contentType)),
          Frame.headers(head.stream(), Fields.grpcTrailers(0)).last());

      assertThat(head.fields().get("content-type")).isEqualTo(contentType);
      assertThat(scene.client().expectHeaders(1).fields().get("content-type"))
          .isEqualTo(contentType);
      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void hopByHopFieldsMakeARequestMalformed() {
    for (String name :
        List.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade")) {
      try (var scene = Scene.open()) {
        scene
            .client()
            .send(Frame.headers(1, Fields.grpcRequest(Scene.PATH).with(name, "x")).last());

        assertThat(scene.client().expectReset(1)).as(name).isEqualTo(MALFORMED);
        scene.client().expectQuiet();
      }
    }
  }

  @Test
  void proxyCredentialsAndHostStopHere() {
    Fields head =
        forwarded(
            Fields.grpcRequest(Scene.PATH)
                .with("host", "weir.test")
                .with("proxy-authorization", "Basic eDp5"));

    assertThat(head.has("host")).isFalse();
    assertThat(head.has("proxy-authorization")).isFalse();
  }

  @Test
  void hopByHopFieldsOfAnAnswerFailTheCall() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse().with("connection", "close")),
              Frame.headers(call.stream(), Fields.grpcTrailers(0)).last());

      assertThat(scene.client().expectResponse(1).get("grpc-status")).isEqualTo("13");
    }
  }

  @Test
  void trailersOnlyStaysOneFrameP3() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer()
          .send(
              Frame.headers(
                      call.stream(),
                      Fields.grpcResponse().with("grpc-status", "5").with("grpc-message", "no%20x"))
                  .last());

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get("grpc-status")).isEqualTo("5");
      assertThat(answer.fields().get("grpc-message")).isEqualTo("no%20x");
      scene.client().expectQuiet();
    }
  }

  @Test
  void trailersComeAfterAllDataP5() {
    try (var scene = Scene.open(Frame.INITIAL_WINDOW_SIZE, 1000)) {
      Scene.Upstream call = scene.call();
      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.data(call.stream(), new byte[16_000]),
              Frame.headers(call.stream(), Fields.grpcTrailers(0)).last());

      scene.client().expectHeaders(1);
      byte[] body = scene.client().expectBytes(1, 16_000);
      Head trailers = scene.client().expectHeaders(1);

      assertThat(body).hasSize(16_000);
      assertThat(trailers.isLast()).isTrue();
      assertThat(trailers.fields().get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void trailersSurviveWithoutDataP2() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.headers(call.stream(), Fields.grpcTrailers(0).with("t", "1").with("t", "2"))
                  .last());

      assertThat(scene.client().expectResponse(1).all("t")).containsExactly("1", "2");
    }
  }

  @Test
  void informationalHeadsAreNotTheFinalHeadP22() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.of(":status", "103", "link", "x")));
      call.peer().sendResponse(call.stream());

      Head first = scene.client().expectHeaders(1);
      while (first.fields().get(":status").startsWith("1")) {
        first = scene.client().expectHeaders(1);
      }
      assertThat(first.fields().get(":status")).isEqualTo("200");
      scene.client().expectBytes(1, 10);
      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void headsInContinuationFramesPass() {
    String big = "v".repeat(40_000);
    try (var scene = Scene.open()) {
      scene.client().send(split(1, Fields.grpcRequest(Scene.PATH).with("big", big)));
      WirePeer upstream = scene.server().accept();
      Head head = upstream.expectHeaders();
      upstream.send(split(head.stream(), Fields.grpcResponse().with("big", big)));

      assertThat(head.fields().get("big")).isEqualTo(big);
      assertThat(scene.client().expectHeaders(1).fields().get("big")).isEqualTo(big);
    }
  }

  @Test
  void tooMuchMetadataFailsTheCallAndNotTheConnectionP32() {
    try (var scene = Scene.open()) {
      Fields request = Fields.grpcRequest(Scene.PATH).with("big", "v".repeat(100_000));
      scene.client().send(split(1, request));

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.fields().get("grpc-status")).isEqualTo("8");
      assertThat(answer.fields().get("grpc-message"))
          .contains(
              "it has " + size(request) + " bytes in 7 entries", "65536 bytes in 128 entries");
      assertThat(scene.client().expectReset(1)).isZero();

      scene.client().sendRequest(3, Scene.PATH);
      WirePeer upstream = scene.server().accept();
      upstream.sendResponse(upstream.expectRequest().stream());
      assertThat(scene.client().expectResponse(3).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void tooMuchMetadataInAnAnswerFailsTheCallAndNotTheConnectionP32() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      Fields head = Fields.grpcResponse().with("big", "v".repeat(100_000));
      call.peer().send(split(call.stream(), head));

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get("grpc-status")).isEqualTo("8");
      assertThat(answer.fields().get("grpc-message"))
          .contains("API scripted", scene.server().target().substring(6))
          .contains("it has " + size(head) + " bytes in 3 entries", "65536 bytes in 128 entries");
      assertThat(call.peer().expectReset(call.stream())).isEqualTo(8);

      scene.client().sendRequest(3, Scene.PATH);
      call.peer().sendResponse(call.peer().expectRequest().stream());
      assertThat(scene.client().expectResponse(3).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void tooManyTrailersFailTheCallAndNotTheConnectionP32() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      Fields trailers = Fields.grpcTrailers(0);
      for (int i = 0; i < 200; i++) {
        trailers = trailers.with("entry-" + i, "v");
      }
      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.message(call.stream(), "hello"),
              Frame.headers(call.stream(), trailers).last());

      Fields answer = scene.client().expectResponse(1);
      assertThat(answer.get("grpc-status")).isEqualTo("8");
      assertThat(answer.get("grpc-message"))
          .contains("it has " + size(trailers) + " bytes in 201 entries");
      scene.client().expectQuiet();
    }
  }

  /** As RFC 9113, 6.5.2 counts it; for the request as the client sends it. */
  private static int size(Fields fields) {
    return fields.list().stream()
        .mapToInt(field -> field.name().length() + field.value().length() + 32)
        .sum();
  }

  @Test
  void compressedMessagesKeepTheirFlagByte() {
    byte[] compressed = {1, 0, 0, 0, 3, 9, 9, 9};
    try (var scene = Scene.open()) {
      Fields request = Fields.grpcRequest(Scene.PATH).with("grpc-encoding", "gzip");
      scene.client().send(Frame.headers(1, request), Frame.data(1, compressed).last());
      WirePeer upstream = scene.server().accept();

      Head head = upstream.expectHeaders();

      assertThat(head.fields().get("grpc-encoding")).isEqualTo("gzip");
      assertThat(upstream.expectBytes(head.stream(), compressed.length)).isEqualTo(compressed);
    }
  }

  private static Fields forwarded(Fields request) {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, request).last());
      return scene.server().accept().expectHeaders().fields();
    }
  }

  /** HEADERS and as many CONTINUATION frames as the default frame size asks for; stream open. */
  private static Frame[] split(int stream, Fields fields) {
    int size = 16_384;
    byte[] block = fields.encoded();
    var frames = new ArrayList<Frame>();
    for (int from = 0; from < block.length; from += size) {
      int to = Math.min(block.length, from + size);
      frames.add(
          new Frame(
              from == 0 ? Frame.HEADERS : Frame.CONTINUATION,
              to == block.length ? Frame.END_HEADERS : 0,
              stream,
              Arrays.copyOfRange(block, from, to)));
    }
    return frames.toArray(Frame[]::new);
  }

  /** A grpc-timeout in nanoseconds. */
  private static long nanos(String timeout) {
    long amount = Long.parseLong(timeout.substring(0, timeout.length() - 1));
    return amount
        * switch (timeout.charAt(timeout.length() - 1)) {
          case 'S' -> 1_000_000_000L;
          case 'm' -> 1_000_000L;
          case 'u' -> 1_000L;
          case 'n' -> 1L;
          default -> throw new AssertionError(timeout);
        };
  }
}
