package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-any",
        "authorization",
        "content-type",
        "user-agent",
        "grpc-status-details-bin",
        "cookie"
      })
  void aProxyHandsPlainNamesOn(String name) {
    assertThat(HeaderName.of(name).isPlain()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":path",
        ":authority",
        ":unknown",
        "host",
        "te",
        "grpc-timeout",
        "proxy-authenticate",
        "proxy-authorization",
        "x-forwarded-for",
        "x_forwarded_for",
        "forwarded"
      })
  void othersItHasToLookAt(String name) {
    assertThat(HeaderName.of(name).isPlain()).isFalse();
  }
}
