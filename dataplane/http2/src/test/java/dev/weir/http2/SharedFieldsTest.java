package dev.weir.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields connections of one event loop have in common. */
class SharedFieldsTest {
  private final SharedFields shared = new SharedFields();

  @Test
  void twoClientsWithTheSameFieldGetTheSameObject() {
    HeaderField first = shared.instanceOf(field("user-agent", "grpc-go/1.75"));

    assertThat(shared.instanceOf(field("user-agent", "grpc-go/1.75"))).isSameAs(first);
    assertThat(shared.instanceOf(field("user-agent", "grpc-go/1.76"))).isNotSameAs(first);
  }

  @Test
  void decodersOfOneLoopShareWhatIsInTheirTables() {
    byte[] block = {0x40, 1, 'a', 1, 'b'};
    FieldList one = new FieldList();
    FieldList two = new FieldList();

    new HpackDecoder(4096, shared).decode(block, 0, block.length, one);
    new HpackDecoder(4096, shared).decode(block, 0, block.length, two);

    assertThat(two.get(0)).isSameAs(one.get(0));
  }

  /** A path remembers where calls of its connection go: on another port that may be elsewhere. */
  @ParameterizedTest
  @ValueSource(strings = {":path", "authorization", "proxy-authorization", "cookie"})
  void someStayWithTheirConnection(String name) {
    HeaderField first = shared.instanceOf(field(name, "/the.same/Value"));

    assertThat(shared.instanceOf(field(name, "/the.same/Value"))).isNotSameAs(first);
  }

  @Test
  void secretsAndLargeFieldsAreNotKept() {
    HeaderName key = HeaderName.of("x-key");
    HeaderField secret = HeaderField.neverIndexed(key, "s3cret".getBytes(US_ASCII));
    shared.instanceOf(secret);
    HeaderField large = shared.instanceOf(field("x-large", "v".repeat(300)));

    assertThat(shared.instanceOf(field("x-key", "s3cret"))).isNotSameAs(secret);
    assertThat(shared.instanceOf(field("x-large", "v".repeat(300)))).isNotSameAs(large);
  }

  private static HeaderField field(String name, String value) {
    return HeaderField.of(name, value);
  }
}
