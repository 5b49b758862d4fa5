package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import dev.weir.call.StatusDetails;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call ends when its caller, its endpoint or its deadline says so, and for nothing else. */
class StreamLifeTest {
  private static final Duration LONG = Duration.ofHours(2);

  private final FieldList request =
      Workbench.fields(
          ":method", "POST",
          ":scheme", "http",
          ":path", "/pkg.Service/Method",
          "content-type", "application/grpc");
  private final Ear caller = new Ear();
  private final Ear endpoint = new Ear();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallMayBeIdleForHoursP12P16(boolean halfClosed) {
    try (Workbench bench = new Workbench(endpoint)) {
      bench.caller().open(caller, request, halfClosed);
      bench.run();
      Http2Stream stream = endpoint.stream();

      bench.pass(LONG);
      stream.sendHeaders(
          Workbench.fields(":status", "200", "content-type", "application/grpc"), false);
      bench.pass(LONG);
      stream.sendData(Unpooled.wrappedBuffer(new byte[5]), 0, 5, false);
      bench.pass(LONG);
      stream.sendHeaders(Workbench.fields("grpc-status", "0"), true);
      bench.run();

      assertThat(caller.heard).startsWith("headers", "5 bytes", "end [grpc-status: 0]");
      assertThat(endpoint.heard)
          .noneMatch(heard -> heard.contains("PEER_FAULT") || heard.contains("CONNECTION_LOST"));
    }
  }

  @Test
  void aCallEndsWithItsDeadlineAndCancelsItsEndpointP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, "5S");

      bench.pass(Duration.ofSeconds(5).minusNanos(1));
      assertThat(caller.heard).isEmpty();
      assertThat(endpoint.heard).isEmpty();
      bench.pass(Duration.ofNanos(1));

      assertThat(caller.heard).hasSize(2).endsWith("reset PEER NO_ERROR");
      assertThat(caller.heard.getFirst())
          .startsWith("end [:status: 200, content-type: application/grpc, grpc-status: 4")
          .contains("API bench: the call took longer than its grpc-timeout or API allows");
      assertThat(endpoint.heard).containsExactly("reset PEER CANCEL");
    }
  }

  @Test
  void aResponseThatHasBegunEndsWithItsDeadlineInTrailersP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, "5S");
      FieldList head = Workbench.fields(":status", "200", "content-type", "application/grpc");
      endpoint.stream().sendHeaders(head, false);
      bench.run();

      bench.pass(Duration.ofSeconds(5));

      assertThat(caller.heard).hasSize(3).startsWith("headers").endsWith("reset PEER NO_ERROR");
      assertThat(caller.heard.get(1)).startsWith("end [grpc-status: 4");
      assertThat(endpoint.heard).containsExactly("reset PEER CANCEL");
    }
  }

  @Test
  void aCallThatMeetsAFaultOfTheGatewayCancelsItsEndpoint() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, "5S");

      bench.fail();

      assertThat(caller.heard).containsExactly("reset PEER INTERNAL_ERROR");
      assertThat(endpoint.heard).containsExactly("reset PEER CANCEL");
    }
  }

  /** Its objects serve the next call: what its endpoint has sent meanwhile is for nobody. */
  @Test
  void whatComesAfterADeadlineReachesNoOtherCallP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      Ear next = new Ear();
      caller.atEnd = () -> bench.caller().open(next, request, true);
      open(bench, "5S");
      Http2Stream late = endpoint.stream();
      answer(late, 7);

      bench.pass(Duration.ofSeconds(5));
      assertThat(caller.heard.getFirst()).startsWith("end [:status: 200").contains("status: 4");
      assertThat(endpoint.stream()).isNotSameAs(late);
      assertThat(next.heard).isEmpty();
      answer(endpoint.stream(), 5);
      bench.run();

      assertThat(next.heard).startsWith("headers", "5 bytes", "end [grpc-status: 0]");
    }
  }

  private static void answer(Http2Stream stream, int bytes) {
    stream.sendHeaders(
        Workbench.fields(":status", "200", "content-type", "application/grpc"), false);
    stream.sendData(Unpooled.wrappedBuffer(new byte[bytes]), 0, bytes, false);
    stream.sendHeaders(Workbench.fields("grpc-status", "0"), true);
  }

  @Test
  void aCallThatHasEndedHasNoDeadlineP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, "5S");
      endpoint.stream()
          .sendHeaders(
              Workbench.fields(
                  ":status", "200", "content-type", "application/grpc", "grpc-status", "5"),
              true);
      bench.run();
      caller.heard.clear();

      bench.pass(LONG);

      assertThat(caller.heard).isEmpty();
    }
  }

  /** And never anything that is no answer to a call of gRPC. */
  @ParameterizedTest
  @EnumSource(ProxyError.Kind.class)
  void everyErrorOfOurOwnIsOneHeadersFrameP7(ProxyError.Kind kind) {
    try (Workbench bench = new Workbench(endpoint)) {
      bench.refuse(2, new ProxyError(kind, "50% of it\n"));

      bench.caller().open(caller, request, true);
      bench.run();

      assertThat(caller.heard)
          .containsExactly(
              "end [:status: 200, content-type: application/grpc, grpc-status: "
                  + kind.grpcStatus().code()
                  + ", grpc-message: 50%25 of it%0A, grpc-status-details-bin: "
                  + details(kind)
                  + "]");
    }
  }

  private static String details(ProxyError.Kind kind) {
    byte[] details =
        new StatusDetails(kind.grpcStatus(), "50% of it\n")
            .errorInfo(kind.name(), Map.of())
            .encode();
    return new String(details, US_ASCII);
  }

  private void open(Workbench bench, String timeout) {
    request.add(HeaderField.of("grpc-timeout", timeout));
    bench.caller().open(caller, request, false);
    bench.run();
  }
}
