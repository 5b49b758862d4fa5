package dev.weir.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProxyErrorTest {

  @ParameterizedTest
  @CsvSource({
    "NO_ROUTE, UNIMPLEMENTED, 404, Not Found",
    "API_NOT_SERVED, UNAVAILABLE, 503, Service temporarily unavailable.",
    "NO_ENDPOINT, UNAVAILABLE, 503, all hosts are down",
    "NAME_NOT_RESOLVED, UNAVAILABLE, 500, Upstream host lookup failed",
    "CONNECT_FAILED, UNAVAILABLE, 500, There was a problem proxying the request",
    "NOT_HTTP2, UNAVAILABLE, 500, There was a problem proxying the request",
    "QUEUE_FULL, UNAVAILABLE, 503, Service temporarily unavailable.",
    "QUEUE_TIMEOUT, UNAVAILABLE, 503, Service temporarily unavailable.",
    "UPSTREAM_LOST, UNAVAILABLE, 500, There was a problem proxying the request",
    "HEADERS_TOO_LARGE, RESOURCE_EXHAUSTED, 431, Request header fields too large",
    "DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, 504, Upstream service reached hard timeout.",
    "SHUTTING_DOWN, UNAVAILABLE, 503, Gateway is shutting down",
  })
  void answersGrpcAndHttpCallersAlike(
      ProxyError.Kind kind, GrpcStatus grpcStatus, int httpStatus, String text) {
    assertThat(kind.grpcStatus()).isEqualTo(grpcStatus);
    assertThat(kind.httpStatus()).isEqualTo(httpStatus);
    assertThat(kind.httpText()).isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource(ProxyError.Kind.class)
  void neverLooksLikeSuccess(ProxyError.Kind kind) {
    assertThat(kind.grpcStatus()).isNotEqualTo(GrpcStatus.OK);
    assertThat(kind.httpStatus()).isBetween(400, 599);
    assertThat(kind.source()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "400, INTERNAL",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "429, UNAVAILABLE",
    "431, INTERNAL",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE",
    "200, UNKNOWN",
    "302, UNKNOWN",
    "500, UNKNOWN",
  })
  void mapsHttpStatusesAsGrpcClientsDoP6(int httpStatus, GrpcStatus status) {
    assertThat(GrpcStatus.ofHttpStatus(httpStatus)).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(GrpcStatus.class)
  void statusesAreFoundByTheirNumber(GrpcStatus status) {
    assertThat(GrpcStatus.ofText(Integer.toString(status.code()))).isEqualTo(status);
    assertThat(GrpcStatus.ofText("x" + status.code())).isNull();
  }
}
