package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for metadata, trailers and heads that take more than one example. */
class ProtocolRulesWireTest {

  private static final int MALFORMED = 1;
  private static final int REFUSED_STREAM = 7;
  private static final int ROUNDS = 1000;
  private static final String RETRIES = "grpc-previous-rpc-attempts";
  private static final String PUSHBACK = "grpc-retry-pushback-ms";

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "trailers, deflate", "deflate;q=0.5, trailers"})
  void noOtherTeReachesAServerP1(String te) {
    try (var scene = Scene.open()) {
      Fields request = Fields.grpcRequest(Scene.PATH).without("te").with("te", te);
      scene.client().send(Frame.headers(1, request).last());

      assertThat(scene.client().expectReset(1)).isEqualTo(MALFORMED);
    }
  }

  // ---- trailers --------------------------------------------------------------------------------

  private static final Fields TRAILERS =
      Fields.grpcTrailers(0).with("t", "1").with("t", "2").with("x-bin", "q80");
  private static final Fields FAILED =
      Fields.grpcTrailers(9).with("grpc-message", "no%20more").with("t", "1");

  static Stream<Arguments> responses() {
    Fields head = Fields.grpcResponse();
    Frame message = Frame.message(0, "hello");
    return Stream.of(
        Arguments.of("announced", head.with("trailer", "t, x-bin"), List.of(message), TRAILERS),
        Arguments.of("not announced", head, List.of(message), TRAILERS),
        Arguments.of("without a body", head, List.of(), TRAILERS),
        Arguments.of("behind an empty body", head, List.of(Frame.data(0, "")), TRAILERS),
        Arguments.of("of an error", head, List.of(message), FAILED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("responses")
  void trailersSurviveP2(String which, Fields head, List<Frame> body, Fields trailers) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      respond(call.peer(), call.stream(), head, body, trailers);

      assertThat(scene.client().expectResponse(1)).isEqualTo(trailers);
    }
  }

  @Test
  void trailersSurviveAnotherTryP2() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.reset(call.stream(), REFUSED_STREAM));
      int again = call.peer().expectRequest().stream();
      respond(call.peer(), again, Fields.grpcResponse(), List.of(), TRAILERS);

      assertThat(scene.client().expectResponse(1)).isEqualTo(TRAILERS);
    }
  }

  /** Of whom is no call, so that no status takes their place. */
  @Test
  void trailersSurviveBehindAnErrorPageP2() {
    try (var scene = Scene.open()) {
      scene
          .client()
          .send(
              Frame.headers(
                      1,
                      Fields.of(
                          ":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"))
                  .last());
      WirePeer upstream = scene.server().accept();
      Fields head = Fields.of(":status", "503", "content-type", "text/html");
      Frame page = Frame.data(0, "<html>sorry</html>");
      respond(upstream, upstream.expectHeaders().stream(), head, List.of(page), TRAILERS);

      assertThat(scene.client().expectHeaders(1).fields()).isEqualTo(head);
      assertThat(scene.client().expectBytes(1, 18)).hasSize(18);
      assertThat(scene.client().expectHeaders(1).fields()).isEqualTo(TRAILERS);
    }
  }

  /** The stream to the server is opened when the request is whole, and once more. */
  @Test
  void theRequestsOwnTrailersSurviveAnotherTryP2() {
    try (var scene = Scene.open()) {
      Fields head =
          Fields.of(":method", "POST", ":scheme", "http", ":path", "/x", ":authority", "a");
      Fields last = Fields.of("checksum", "7");
      scene
          .client()
          .send(Frame.headers(1, head), Frame.data(1, "abc"), Frame.headers(1, last).last());

      WirePeer upstream = scene.server().accept();
      int first = upstream.expectHeaders().stream();
      expectRest(upstream, first, last);
      upstream.send(Frame.reset(first, REFUSED_STREAM));
      expectRest(upstream, upstream.expectHeaders().stream(), last);
    }
  }

  private static void expectRest(WirePeer upstream, int stream, Fields trailers) {
    assertThat(upstream.expectBytes(stream, 3)).isEqualTo("abc".getBytes(US_ASCII));
    assertThat(upstream.expectHeaders(stream)).isEqualTo(new Head(stream, trailers, true));
  }

  private static void respond(
      WirePeer peer, int stream, Fields head, List<Frame> body, Fields trailers) {
    peer.send(Frame.headers(stream, head));
    body.forEach(frame -> peer.send(frame.on(stream)));
    peer.send(Frame.headers(stream, trailers).last());
  }

  // ---- metadata --------------------------------------------------------------------------------

  /** As servers write it or as they do not: only its reader may make anything of it. */
  @Test
  void messagesAreForwardedUntouchedP8() {
    var random = new Random(8);
    try (var scene = Scene.open()) {
      scene.client().sendRequest(1, Scene.PATH);
      WirePeer upstream = scene.server().accept();
      for (int round = 0; round < ROUNDS; round++) {
        int stream = 2 * round + 1;
        String message = randomMessage(random);
        respond(
            upstream,
            upstream.expectRequest().stream(),
            Fields.grpcResponse(),
            List.of(),
            Fields.grpcTrailers(3).with("grpc-message", message));

        assertThat(scene.client().expectResponse(stream).get("grpc-message")).isEqualTo(message);
        scene.client().sendRequest(stream + 2, Scene.PATH);
      }
    }
  }

  /** Escapes that are right, wrong, cut off or missing. */
  private static String randomMessage(Random random) {
    var text = new StringBuilder("x");
    for (int i = random.nextInt(30); i > 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append("%%%02X".formatted(random.nextInt(256)));
        case 1 -> text.append('%');
        case 2 -> text.append((char) (0x80 + random.nextInt(128)));
        default -> text.append((char) (0x20 + random.nextInt(0x5f)));
      }
    }
    return text.append('x').toString();
  }

  @Test
  void binaryMetadataKeepsItsValuesAndTheirOrderP9() {
    var random = new Random(9);
    try (var scene = Scene.open()) {
      WirePeer upstream = null;
      for (int round = 0; round < ROUNDS; round++) {
        int stream = 2 * round + 1;
        Fields sent = randomMetadata(random);
        Fields answered = randomMetadata(random);
        scene.client().send(Frame.headers(stream, Fields.grpcRequest(Scene.PATH).and(sent)).last());
        upstream = upstream == null ? scene.server().accept() : upstream;
        Head head = upstream.expectHeaders();
        respond(
            upstream,
            head.stream(),
            Fields.grpcResponse(),
            List.of(),
            Fields.grpcTrailers(0).and(answered));

        assertThat(binary(head.fields())).isEqualTo(binary(sent));
        assertThat(binary(scene.client().expectResponse(stream))).isEqualTo(binary(answered));
      }
    }
  }

  private static Fields randomMetadata(Random random) {
    Fields fields = Fields.of();
    for (int i = random.nextInt(8); i > 0; i--) {
      var values = new ArrayList<String>();
      for (int joined = random.nextInt(4) == 0 ? 3 : 1; joined > 0; joined--) {
        var bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        Base64.Encoder encoder = Base64.getEncoder();
        values.add(
            (random.nextBoolean() ? encoder : encoder.withoutPadding()).encodeToString(bytes));
      }
      fields = fields.with("k" + random.nextInt(3) + "-bin", String.join(",", values));
    }
    return fields;
  }

  private static List<Fields.Field> binary(Fields fields) {
    return fields.list().stream().filter(field -> field.name().endsWith("-bin")).toList();
  }

  // ---- informational heads ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"100", "103", "100 102 103 103 199"})
  void informationalHeadsAreNeverTheFinalOneP22(String statuses) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      for (String status : statuses.split(" ", -1)) {
        call.peer().send(Frame.headers(call.stream(), Fields.of(":status", status, "link", "x")));
      }
      call.peer().sendResponse(call.stream());

      Head head = scene.client().expectHeaders(1);
      while (head.fields().get(":status").startsWith("1")) {
        assertThat(head.isLast()).isFalse();
        head = scene.client().expectHeaders(1);
      }
      assertThat(head.fields()).isEqualTo(Fields.grpcResponse());
      scene.client().expectBytes(1, 10);
      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("0");
    }
  }

  /** One that ends the response, one behind the head, and one that changes the protocol. */
  @ParameterizedTest
  @ValueSource(strings = {"100 last", "200 103", "101"})
  void informationalHeadsOutOfPlaceFailTheCallP22(String heads) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      for (String status : heads.replace(" last", "").split(" ", -1)) {
        Fields head =
            Fields.of(":status", status)
                .and(
                    status.equals("200")
                        ? Fields.of("content-type", "application/grpc")
                        : Fields.of());
        Frame frame = Frame.headers(call.stream(), head);
        call.peer().send(heads.endsWith("last") ? frame.last() : frame);
      }

      assertThat(scene.client().expectFate(1)).isEqualTo("grpc 13");
    }
  }

  // ---- types -----------------------------------------------------------------------------------

  /** Nothing enables gRPC-Web here, so it is HTTP that its server has to make something of. */
  @ParameterizedTest
  @ValueSource(
      strings = {"application/grpc-web", "application/grpc-web+proto", "application/grpcx"})
  void otherTypesAreNoCallsOfGrpcP27(String type) {
    try (var scene = Scene.open()) {
      Fields request =
          Fields.grpcRequest(Scene.PATH).without("content-type").with("content-type", type);
      scene.client().send(Frame.headers(1, request).last());
      WirePeer upstream = scene.server().accept();
      Head head = upstream.expectHeaders();
      Fields answer = Fields.of(":status", "415", "content-type", "text/plain");
      upstream.send(Frame.headers(head.stream(), answer).last());

      assertThat(head.fields().get("content-type")).isEqualTo(type);
      assertThat(scene.client().expectHeaders(1).fields()).isEqualTo(answer);
    }
  }

  // ---- metadata of retries ---------------------------------------------------------------------

  @Test
  void attemptsThatTheCallerCountsReachTheServerP28() {
    try (var scene = Scene.open()) {
      Fields request = Fields.grpcRequest(Scene.PATH).with(RETRIES, "2");
      scene.client().send(Frame.headers(1, request).last());

      assertThat(scene.server().accept().expectHeaders().fields().all(RETRIES))
          .containsExactly("2");
    }
  }

  /** No server did anything for the call before, so this is no retry (gRFC A6). */
  @Test
  void aCallThatWasRefusedUnreadCountsNoAttemptP28() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.reset(call.stream(), REFUSED_STREAM));

      assertThat(call.peer().expectRequest().fields().has(RETRIES)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "250", "soon"})
  void pushbackReachesTheCallerP28(String pushback) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      Fields trailers = Fields.grpcTrailers(14).with(PUSHBACK, pushback);
      respond(call.peer(), call.stream(), Fields.grpcResponse(), List.of(), trailers);

      assertThat(scene.client().expectResponse(1)).isEqualTo(trailers);
    }
  }

  /** Whether and when to call again is the caller's to decide once a server has answered. */
  @Test
  void aCallThatWasAnsweredIsNotTriedAgainP28() {
    try (var one = WireServer.listen();
        var two = WireServer.listen();
        var gateway = TestGateway.serving(Api.of("two", one.target(), two.target()));
        var client = WirePeer.client(gateway.port())) {
      client.sendRequest(1, Scene.PATH);
      WirePeer first = one.accept();
      int stream = first.expectRequest().stream();
      first.send(
          Frame.headers(stream, Fields.grpcResponse().with("grpc-status", "14").with(PUSHBACK, "0"))
              .last());

      assertThat(client.expectResponse(1).get("grpc-status")).isEqualTo("14");
      first.expectQuiet();
    }
  }
}
