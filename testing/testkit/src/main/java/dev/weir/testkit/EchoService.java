package dev.weir.testkit;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import dev.weir.testkit.proto.EchoGrpc;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Does what each request asks for, see {@code echo.proto}. One instance serves all calls. */
final class EchoService extends EchoGrpc.EchoImplBase {

  private final String server;

  EchoService(String server) {
    this.server = server;
  }

  @Override
  public void unary(EchoRequest request, StreamObserver<EchoReply> replies) {
    new Conversation(replies).answerOnce(request);
  }

  @Override
  public void download(EchoRequest request, StreamObserver<EchoReply> replies) {
    new Conversation(replies).answerMany(request);
  }

  @Override
  public StreamObserver<EchoRequest> upload(StreamObserver<EchoReply> replies) {
    var conversation = new Conversation(replies);
    return new Requests(conversation) {
      @Override
      public void onNext(EchoRequest request) {
        conversation.count(request);
      }

      @Override
      public void onCompleted() {
        conversation.answerOnce(EchoRequest.getDefaultInstance());
      }
    };
  }

  @Override
  public StreamObserver<EchoRequest> chat(StreamObserver<EchoReply> replies) {
    var conversation = new Conversation(replies);
    return new Requests(conversation) {
      @Override
      public void onNext(EchoRequest request) {
        conversation.count(request);
        conversation.answer(request);
      }

      @Override
      public void onCompleted() {
        conversation.end();
      }
    };
  }

  private abstract static class Requests implements StreamObserver<EchoRequest> {

    private final Conversation conversation;

    Requests(Conversation conversation) {
      this.conversation = conversation;
    }

    @Override
    public void onError(Throwable cause) {
      conversation.over = true;
    }
  }

  /** The answering side of one call; used by the one thread that grpc-java gives a call. */
  private final class Conversation {

    private final ServerCallStreamObserver<EchoReply> replies;
    private final Runnable sendHeaders = CallRecorder.SEND_HEADERS.get();
    private int messages;
    private long bytes;
    private int sent;
    private boolean over;

    Conversation(StreamObserver<EchoReply> replies) {
      this.replies = (ServerCallStreamObserver<EchoReply>) replies;
      // A cancelled call is recorded by the CallRecorder; without a handler it would throw here.
      this.replies.setOnCancelHandler(() -> over = true);
    }

    void count(EchoRequest request) {
      messages++;
      bytes += request.getPayload().size();
    }

    void answerOnce(EchoRequest request) {
      answer(request);
      if (!request.getHold()) {
        end();
      }
    }

    void answer(EchoRequest request) {
      if (over) {
        return;
      }
      if (request.getFailCode() != 0) {
        over = true;
        replies.onError(failure(request));
      } else if (request.getHold()) {
        sendHeaders.run();
      } else {
        replies.onNext(reply(request));
      }
      if (request.getFinish()) {
        end();
      }
    }

    /** Writes as fast as the transport takes it, never more. */
    void answerMany(EchoRequest request) {
      if (request.getHold() || request.getFailCode() != 0) {
        answer(request);
        return;
      }
      EchoReply reply = reply(request);
      replies.setOnReadyHandler(() -> pump(reply, request.getReplies()));
    }

    private void pump(EchoReply reply, int total) {
      while (!over && sent < total && replies.isReady()) {
        sent++;
        replies.onNext(reply);
      }
      if (sent == total) {
        end();
      }
    }

    void end() {
      if (!over) {
        over = true;
        replies.onCompleted();
      }
    }

    private EchoReply reply(EchoRequest request) {
      return EchoReply.newBuilder()
          .setPayload(payload(request))
          .setServer(server)
          .setMessages(messages)
          .setBytes(bytes)
          .build();
    }
  }

  private static ByteString payload(EchoRequest request) {
    return request.getReplyBytes() == 0
        ? request.getPayload()
        : ByteString.copyFrom(new byte[request.getReplyBytes()]);
  }

  private static StatusRuntimeException failure(EchoRequest request) {
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(request.getFailCode())
            .setMessage(request.getFailMessage());
    if (!request.getFailDetail().isEmpty()) {
      status.addDetails(Any.pack(StringValue.of(request.getFailDetail())));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
