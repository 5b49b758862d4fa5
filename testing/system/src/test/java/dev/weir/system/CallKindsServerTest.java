package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static dev.weir.testkit.EchoClient.DOWNLOAD;
import static dev.weir.testkit.EchoClient.UNARY;
import static dev.weir.testkit.EchoClient.UPLOAD;
import static dev.weir.testkit.EchoClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.SeenCall;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All four kinds of call between grpc-java and grpc-java. */
class CallKindsServerTest {

  private static final int MIB = 1 << 20;

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
  void forwardsUnaryCalls() {
    EchoReply reply = client.unary("hi").reply();

    assertThat(reply.getPayload().toStringUtf8()).isEqualTo("hi");
    assertThat(reply.getServer()).isEqualTo("one");
  }

  @Test
  void forwardsEmptyMessages() {
    EchoReply reply = client.call(UNARY, EchoRequest.getDefaultInstance()).reply();

    assertThat(reply.getPayload().isEmpty()).isTrue();
  }

  @Test
  void forwardsManyCallsOnOneConnection() {
    for (int i = 0; i < 500; i++) {
      assertThat(client.unary("call " + i).reply().getPayload().toStringUtf8())
          .isEqualTo("call " + i);
    }
  }

  @Test
  void forwardsUploads() {
    EchoReply reply =
        client.call(UPLOAD, request(27182), request(8), request(1828), request(45904)).reply();

    assertThat(reply.getMessages()).isEqualTo(4);
    assertThat(reply.getBytes()).isEqualTo(74922);
  }

  @Test
  void forwardsDownloads() {
    var request = EchoRequest.newBuilder().setReplies(1000).setReplyBytes(3000).build();

    Outcome outcome = client.call(DOWNLOAD, request);

    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.replies()).hasSize(1000);
  }

  @Test
  void forwardsChatsInTurns() {
    OpenCall call = client.open(CHAT);

    for (int turn = 1; turn <= 20; turn++) {
      EchoReply reply = call.send("turn " + turn).awaitReply();
      assertThat(reply.getPayload().toStringUtf8()).isEqualTo("turn " + turn);
      assertThat(reply.getMessages()).isEqualTo(turn);
    }
    assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
  }

  @Test
  void endsStreamsWithoutAnyMessage() {
    Outcome outcome = client.call(CHAT);

    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.replies()).isEmpty();
  }

  @Test
  void forwardsInitialMetadataBeforeTheFirstMessage() {
    OpenCall call = client.open(CHAT);

    call.send(EchoRequest.newBuilder().setHold(true).build());

    call.awaitHeaders();
    assertThat(call.replyCount()).isZero();
    call.cancel();
  }

  @Test
  void forwardsHalfCloseOnItsOwn() {
    OpenCall call = client.open(CHAT);
    call.send("a").awaitReply();
    SeenCall seen = backend.awaitCall();
    assertThat(seen.isHalfClosed()).isFalse();

    call.halfClose().awaitEnd();

    assertThat(seen.isHalfClosed()).isTrue();
    assertThat(seen.awaitEnd()).isEqualTo(SeenCall.End.COMPLETED);
  }

  @Test
  void forwardsMessagesLargerThanEveryWindow() {
    EchoReply reply = client.call(UNARY, request(32 * MIB)).reply();

    assertThat(reply.getPayload().size()).isEqualTo(32 * MIB);
  }

  @Test
  void endsCallsThatTheServerEndsEarlyP15() {
    OpenCall call = client.open(CHAT);

    call.send(EchoRequest.newBuilder().setFinish(true).build());

    Outcome outcome = call.awaitEnd();
    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.replies()).hasSize(1);
  }

  @Test
  void keepsTheStatusOfUploadsThatTheServerRefusesP15() {
    var refusal =
        EchoRequest.newBuilder().setFailCode(9).setFailMessage("enough").setFinish(true).build();

    for (int round = 0; round < 50; round++) {
      Outcome outcome = client.call(CHAT, refusal, request(MIB), request(MIB));
      assertThat(outcome.code()).isEqualTo(9);
      assertThat(outcome.message()).isEqualTo("enough");
    }
  }

  @Test
  void cancelsAtTheServerWhatTheClientCancelsP13() {
    OpenCall call = client.open(CHAT);
    call.send("a").awaitReply();
    SeenCall seen = backend.awaitCall();

    call.cancel();

    assertThat(seen.awaitEnd()).isEqualTo(SeenCall.End.CANCELLED);
  }

  @Test
  void cancelsHalfClosedCallsTooP13() {
    OpenCall call = client.open(DOWNLOAD);
    call.send(EchoRequest.newBuilder().setHold(true).build()).halfClose();
    call.awaitHeaders();

    call.cancel();

    assertThat(backend.awaitCall().awaitEnd()).isEqualTo(SeenCall.End.CANCELLED);
  }

  @Test
  void cancelsAtTheServerWhenTheClientIsGoneP13() {
    client.open(CHAT).send("a").awaitReply();
    SeenCall seen = backend.awaitCall();

    client.close();

    assertThat(seen.awaitEnd()).isEqualTo(SeenCall.End.CANCELLED);
  }

  @Test
  void holdsBackTheServerWhenTheClientReadsSlowly() {
    OpenCall call = client.openSlow(DOWNLOAD);
    call.send(EchoRequest.newBuilder().setReplies(500).setReplyBytes(100_000).build()).halfClose();
    SeenCall seen = backend.awaitCall();

    for (int i = 0; i < 10; i++) {
      call.request(1).awaitReply();
    }

    // 50 MB were asked for; what both ends and the gateway may hold is far less.
    assertThat(seen.messagesSent()).isLessThan(200);
    call.request(500);
    assertThat(call.awaitEnd().replies()).hasSize(500);
  }

  @Test
  void tellsTheStatusOfTheServer() {
    for (int code = 1; code <= 16; code++) {
      var request = EchoRequest.newBuilder().setFailCode(code).setFailMessage("no " + code).build();

      Outcome outcome = client.call(UNARY, request);

      assertThat(outcome.status().getCode()).isEqualTo(Status.fromCodeValue(code).getCode());
      assertThat(outcome.message()).isEqualTo("no " + code);
    }
  }

  @Test
  void leavesUnknownMethodsToTheServer() {
    var unknown = UNARY.toBuilder().setFullMethodName("weir.testkit.Echo/NoSuchMethod").build();

    Outcome outcome = client.call(unknown, request("hi"));

    assertThat(outcome.code()).isEqualTo(Status.Code.UNIMPLEMENTED.value());
    assertThat(outcome.message()).contains("Echo/NoSuchMethod");
  }
}
