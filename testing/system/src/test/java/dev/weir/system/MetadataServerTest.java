package dev.weir.system;

import static dev.weir.testkit.EchoClient.UNARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Metadata passes untouched, both ways. */
class MetadataServerTest {

  private final EchoBackend backend = EchoBackend.start("one");
  private final TestGateway gateway = TestGateway.serving(Api.of("echo", backend.target()));
  private final EchoClient client = EchoClient.to(gateway.port());

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    backend.close();
  }

  @Test
  void repeatedKeysKeepTheirOrder() {
    Metadata.Key<String> echo = text("echo-word");
    Metadata.Key<String> tail = text("tail-word");
    var metadata = new Metadata();
    for (int i = 0; i < 5; i++) {
      metadata.put(echo, "e" + i);
      metadata.put(tail, "t" + i);
    }

    Outcome outcome = client.call(UNARY, metadata, EchoClient.request("hi"));

    assertThat(headers(outcome).getAll(echo)).containsExactly("e0", "e1", "e2", "e3", "e4");
    assertThat(outcome.trailers().getAll(tail)).containsExactly("t0", "t1", "t2", "t3", "t4");
  }

  @Test
  void binaryValuesPassP9() {
    Metadata.Key<byte[]> echo = bytes("echo-raw-bin");
    Metadata.Key<byte[]> tail = bytes("tail-raw-bin");
    var random = new Random(42);
    for (int length = 0; length < 70; length++) {
      var value = new byte[length];
      random.nextBytes(value);
      var metadata = new Metadata();
      metadata.put(echo, value);
      metadata.put(tail, value);

      Outcome outcome = client.call(UNARY, metadata, EchoClient.request("hi"));

      assertThat(headers(outcome).get(echo)).isEqualTo(value);
      assertThat(outcome.trailers().get(tail)).isEqualTo(value);
    }
  }

  @Test
  void statusDetailsPass() throws InvalidProtocolBufferException {
    var request =
        EchoRequest.newBuilder()
            .setFailCode(3)
            .setFailMessage("bad \t\r\n✓ 100% 🚀")
            .setFailDetail("field x")
            .build();

    Outcome outcome = client.call(UNARY, request);

    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.message()).isEqualTo("bad \t\r\n✓ 100% 🚀");
    var status =
        Objects.requireNonNull(
            StatusProto.fromStatusAndTrailers(outcome.status(), outcome.trailers()));
    assertThat(status.getDetails(0).unpack(StringValue.class).getValue()).isEqualTo("field x");
  }

  @Test
  void thirtyTwoKibibytesPassBothWays() {
    Metadata.Key<String> echo = text("echo-big");
    Metadata.Key<String> tail = text("tail-big");
    var metadata = new Metadata();
    metadata.put(echo, "e".repeat(16 * 1024));
    metadata.put(tail, "t".repeat(16 * 1024));

    Outcome outcome = client.call(UNARY, metadata, EchoClient.request("hi"));

    assertThat(headers(outcome).get(echo)).hasSize(16 * 1024);
    assertThat(outcome.trailers().get(tail)).hasSize(16 * 1024);
    assertThat(client.unary("again").status().isOk()).isTrue();
  }

  @Test
  void thirtyTwoKibibytesInOneValuePass() {
    Metadata.Key<String> echo = text("echo-big");
    var metadata = new Metadata();
    metadata.put(echo, "e".repeat(32 * 1024));

    Outcome outcome = client.call(UNARY, metadata, EchoClient.request("hi"));

    assertThat(headers(outcome).get(echo)).hasSize(32 * 1024);
  }

  @Test
  void aHundredFieldsPassBothWays() {
    var metadata = new Metadata();
    for (int i = 0; i < 100; i++) {
      metadata.put(text("echo-field-" + i), "value " + i);
    }

    Outcome outcome = client.call(UNARY, metadata, EchoClient.request("hi"));

    for (int i = 0; i < 100; i++) {
      assertThat(headers(outcome).get(text("echo-field-" + i))).isEqualTo("value " + i);
    }
  }

  @Test
  void tooManyFieldsFailTheCallAndNotTheConnectionP32() {
    client.unary("warm").reply();
    var metadata = new Metadata();
    for (int i = 0; i < 200; i++) {
      metadata.put(text("echo-field-" + i), "v");
    }

    Outcome outcome = client.call(UNARY, metadata, EchoClient.request("hi"));

    assertThat(outcome.code()).isEqualTo(8);
    assertThat(outcome.message())
        .contains("metadata is larger than allowed")
        .containsPattern("it has \\d+ bytes in 20\\d entries")
        .contains("128 entries are allowed");
    assertThat(client.unary("again").status().isOk()).isTrue();
    assertThat(backend.calls()).hasSize(2);
  }

  private static Metadata headers(Outcome outcome) {
    return Objects.requireNonNull(outcome.headers(), outcome.toString());
  }

  private static Metadata.Key<String> text(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata.Key<byte[]> bytes(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }
}
