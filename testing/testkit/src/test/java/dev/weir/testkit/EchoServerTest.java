package dev.weir.testkit;

import static dev.weir.testkit.EchoClient.CHAT;
import static dev.weir.testkit.EchoClient.DOWNLOAD;
import static dev.weir.testkit.EchoClient.UNARY;
import static dev.weir.testkit.EchoClient.UPLOAD;
import static dev.weir.testkit.EchoClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EchoServerTest {

  private final EchoBackend backend = EchoBackend.start("one");
  private final EchoClient client = EchoClient.to(backend.port());

  @AfterEach
  void stop() {
    client.close();
    backend.close();
  }

  @Test
  void answersUnaryCalls() {
    EchoReply reply = client.unary("hi").reply();

    assertThat(reply.getPayload().toStringUtf8()).isEqualTo("hi");
    assertThat(reply.getServer()).isEqualTo("one");
  }

  @Test
  void countsWhatIsUploaded() {
    EchoReply reply = client.call(UPLOAD, request(10), request(20), request(30)).reply();

    assertThat(reply.getMessages()).isEqualTo(3);
    assertThat(reply.getBytes()).isEqualTo(60);
  }

  @Test
  void downloadsAsManyRepliesAsAskedFor() {
    var request = EchoRequest.newBuilder().setReplies(100).setReplyBytes(1000).build();

    Outcome outcome = client.call(DOWNLOAD, request);

    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.replies()).hasSize(100);
    assertThat(outcome.replies().getLast().getPayload().size()).isEqualTo(1000);
  }

  @Test
  void chatsInTurns() {
    OpenCall call = client.open(CHAT);

    assertThat(call.send("a").awaitReply().getPayload().toStringUtf8()).isEqualTo("a");
    assertThat(call.send("b").awaitReply().getMessages()).isEqualTo(2);
    assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
  }

  @Test
  void endsChatBeforeTheClientDoesWhenAsked() {
    OpenCall call = client.open(CHAT);

    call.send(EchoRequest.newBuilder().setFinish(true).build());

    assertThat(call.awaitEnd().replies()).hasSize(1);
  }

  @Test
  void failsWithStatusAndDetailsWhenAsked() {
    var request =
        EchoRequest.newBuilder()
            .setFailCode(Status.Code.FAILED_PRECONDITION.value())
            .setFailMessage("no ✓")
            .setFailDetail("why")
            .build();

    Outcome outcome = client.call(UNARY, request);

    assertThat(outcome.code()).isEqualTo(9);
    assertThat(outcome.message()).isEqualTo("no ✓");
    var details =
        StatusProto.fromStatusAndTrailers(outcome.status(), outcome.trailers()).getDetailsList();
    assertThat(details).hasSize(1);
  }

  @Test
  void echoesMetadataInHeadersAndTrailers() {
    var echo = Metadata.Key.of("echo-word", Metadata.ASCII_STRING_MARSHALLER);
    var tail = Metadata.Key.of("tail-bits-bin", Metadata.BINARY_BYTE_MARSHALLER);
    var metadata = new Metadata();
    metadata.put(echo, "first");
    metadata.put(echo, "second");
    metadata.put(tail, new byte[] {1, 2, -3});

    OpenCall call = client.open(UNARY, metadata).send("hi").halfClose();

    assertThat(call.awaitHeaders().getAll(echo)).containsExactly("first", "second");
    assertThat(call.awaitEnd().trailers().get(tail)).isEqualTo(new byte[] {1, 2, -3});
  }

  @Test
  void holdsCallsOpenAndSeesTheirCancellation() {
    OpenCall call = client.open(DOWNLOAD);
    call.send(EchoRequest.newBuilder().setHold(true).build()).halfClose();
    call.awaitHeaders();
    SeenCall seen = backend.awaitCall();
    assertThat(seen.hasEnded()).isFalse();

    call.cancel();

    assertThat(seen.awaitEnd()).isEqualTo(SeenCall.End.CANCELLED);
    assertThat(call.awaitEnd().code()).isEqualTo(Status.Code.CANCELLED.value());
  }

  @Test
  void waitsForSlowReaders() {
    OpenCall call = client.openSlow(DOWNLOAD);
    call.send(EchoRequest.newBuilder().setReplies(1000).setReplyBytes(100_000).build()).halfClose();

    call.request(1).awaitReply();

    assertThat(backend.awaitCall().messagesSent()).isLessThan(500);
    call.cancel();
  }
}
