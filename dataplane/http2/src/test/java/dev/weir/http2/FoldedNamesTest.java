package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldedNamesTest {
  private static final FoldedNames NAMES =
      FoldedNames.of(List.of("x-gateway-user", "x_tenant_id", "authorization"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-gateway-user",
        "x_gateway-user",
        "x-gateway_user",
        "x_gateway_user",
        "x-tenant-id",
        "x_tenant-id",
        "x_tenant_id",
        "authorization"
      })
  void hasANameInEverySpelling(String name) {
    assertThat(NAMES.has(HeaderName.of(name))).isTrue();
    assertThat(FoldedNames.NONE.has(HeaderName.of(name))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x-gateway",
        "x-gateway-user-",
        "xx-gateway-user",
        "x.gateway.user",
        "xgateway-user",
        ":path",
        "te"
      })
  void hasNoOther(String name) {
    assertThat(NAMES.has(HeaderName.of(name))).isFalse();
  }

  @Test
  void hasRoomForMany() {
    List<String> many = IntStream.range(0, 1000).mapToObj(i -> "x-name-" + i).toList();
    FoldedNames names = FoldedNames.of(many);

    assertThat(many).allMatch(name -> names.has(HeaderName.of(name.replace('-', '_'))));
    assertThat(names.has(HeaderName.of("x-name-1000"))).isFalse();
  }
}
