package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plain HTTP answers to gRPC calls become a gRPC status. */
class HttpAnswerWireTest {

  @ParameterizedTest
  @CsvSource({
    "400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "431, 13", "502, 14", "503, 14",
    "504, 14", "500, 2", "200, 2", "302, 2"
  })
  void httpStatusBecomesGrpcStatusP6(int httpStatus, int grpcStatus) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer()
          .send(
              Frame.headers(
                  call.stream(),
                  Fields.of(":status", Integer.toString(httpStatus), "content-type", "text/html")),
              Frame.data(call.stream(), "<html>sorry</html>").last());

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get(":status")).isEqualTo("200");
      assertThat(answer.fields().get("content-type")).startsWith("application/grpc");
      assertThat(answer.fields().get("grpc-status")).isEqualTo(Integer.toString(grpcStatus));
      assertThat(answer.fields().get("grpc-message")).contains(Integer.toString(httpStatus));
      scene.client().expectQuiet();
    }
  }

  @Test
  void aStatusInAPlainAnswerWinsP6() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer()
          .send(
              Frame.headers(
                      call.stream(),
                      Fields.of(
                          ":status",
                          "503",
                          "content-type",
                          "text/plain",
                          "grpc-status",
                          "9",
                          "grpc-message",
                          "mine"))
                  .last());

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.fields().get("grpc-status")).isEqualTo("9");
      assertThat(answer.fields().get("grpc-message")).isEqualTo("mine");
    }
  }

  @Test
  void anAnswerThatEndsWithoutAStatusIsNoSuccessP4() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.message(call.stream(), "half").last());

      scene.client().expectHeaders(1);
      scene.client().expectBytes(1, 9);
      Frame end = scene.client().next();
      assertThat(end.is(Frame.DATA)).as("DATA with END_STREAM looks like an end").isFalse();
      if (end.is(Frame.HEADERS)) {
        assertThat(scene.client().decode(1, end.payload()).get("grpc-status")).isNotEqualTo("0");
      }
    }
  }

  @Test
  void callersThatAreNotGrpcGetTheAnswerAsItIs() {
    try (var scene = Scene.open()) {
      var request =
          Fields.of(":method", "GET", ":scheme", "http", ":path", "/page", ":authority", "x");
      scene.client().send(Frame.headers(1, request).last());
      var upstream = scene.server().accept();
      Head head = upstream.expectHeaders();
      upstream.send(
          Frame.headers(head.stream(), Fields.of(":status", "404", "content-type", "text/html")),
          Frame.data(head.stream(), "gone").last());

      Head answer = scene.client().expectHeaders(1);
      assertThat(head.fields().has("te")).isFalse();
      assertThat(answer.fields().get(":status")).isEqualTo("404");
      assertThat(answer.fields().get("content-type")).isEqualTo("text/html");
      assertThat(scene.client().expectData(1).text()).isEqualTo("gone");
    }
  }
}
