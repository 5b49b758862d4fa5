package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forwarded",
        "x-forwarded",
        "x-forwarded-for",
        "x_forwarded-for",
        "x-forwarded_for",
        "x_forwarded_for",
        "x-forwarded-anything",
        "x-forwarded-",
        "x-original_forwarded-for",
        "x-real-ip",
        "x_real_ip",
        "true_client-ip",
        "client-cert",
        "client_cert_chain",
        "ssl_client_s_dn",
        "x-ssl_client-verify"
      })
  void proxiesSayForWhomWithThese(String name) {
    assertThat(HeaderName.of(name).isForwarded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        ":path",
        "x-forwardedfor",
        "xforwarded-for",
        "x.forwarded.for",
        "ax-forwarded-for",
        "forwarded-by",
        "x-real-ip-",
        "real-ip",
        "ssl-client",
        "user-agent",
        "x-request-id",
        "traceparent"
      })
  void otherFieldsAreMetadata(String name) {
    assertThat(HeaderName.of(name).isForwarded()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"_", "a_b", "_a", "a_"})
  void underscoresAreFound(String name) {
    assertThat(HeaderName.of(name).hasUnderscore()).isTrue();
    assertThat(HeaderName.of(name.replace('_', '-')).hasUnderscore()).isFalse();
  }
}
