package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway itself answers to HEAD ends with its head (RFC 9110, 9.3.2). */
class HeadRequestWireTest {

  @ParameterizedTest
  @CsvSource({"/elsewhere, 404", "/hello, 405", "/api/x, 500"})
  void errorsTellHowLongTheyWouldBeAndHaveNoPayload(String path, String status) {
    Api down = Api.of("down", "h2c://127.0.0.1:1").at("/api");
    try (var gateway = TestGateway.serving(down);
        var client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, request("HEAD", path)).last());
      Head answer = client.expectHeaders(1);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get(":status")).isEqualTo(status);

      client.send(Frame.headers(3, request("POST", path)).last());
      Head whole = client.expectHeaders(3);
      assertThat(whole.isLast()).isFalse();
      assertThat(answer.fields()).isEqualTo(whole.fields());
    }
  }

  private static Fields request(String method, String path) {
    return Fields.of(":method", method, ":scheme", "http", ":path", path, ":authority", "a");
  }
}
