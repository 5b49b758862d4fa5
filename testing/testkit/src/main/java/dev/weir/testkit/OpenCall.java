package dev.weir.testkit;

import com.google.protobuf.ByteString;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A call in progress that a test leads step by step. Driven by the test's thread; grpc-java reports
 * on its own threads.
 */
public final class OpenCall {

  private final ClientCall<EchoRequest, EchoReply> call;
  private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
  private final List<EchoReply> replies = new CopyOnWriteArrayList<>();
  private final BlockingQueue<EchoReply> unread = new LinkedBlockingQueue<>();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  OpenCall(ClientCall<EchoRequest, EchoReply> call, Metadata metadata, int wanted) {
    this.call = call;
    call.start(new Listener(), metadata);
    if (wanted > 0) {
      call.request(wanted);
    }
  }

  public OpenCall send(EchoRequest request) {
    call.sendMessage(request);
    return this;
  }

  public OpenCall send(String payload) {
    return send(EchoRequest.newBuilder().setPayload(ByteString.copyFromUtf8(payload)).build());
  }

  public OpenCall halfClose() {
    call.halfClose();
    return this;
  }

  /** Ends the call from the client's side: RST_STREAM with CANCEL on the wire. */
  public void cancel() {
    call.cancel("the test cancels", null);
  }

  /** Asks for more replies, for a call that was opened as a slow reader. */
  public OpenCall request(int count) {
    call.request(count);
    return this;
  }

  /** Whether the transport takes another message without buffering it. */
  public boolean isReady() {
    return call.isReady();
  }

  /** Waits for the initial metadata. */
  public Metadata awaitHeaders() {
    return Patience.value(headers, "initial metadata");
  }

  /** Waits for the next reply that has not been handed out yet. */
  public EchoReply awaitReply() {
    return Patience.next(unread, "a reply");
  }

  /** Waits for the end. */
  public Outcome awaitEnd() {
    return Patience.value(outcome, "the call to end");
  }

  public boolean hasEnded() {
    return outcome.isDone();
  }

  public int replyCount() {
    return replies.size();
  }

  private final class Listener extends ClientCall.Listener<EchoReply> {

    private @Nullable Metadata received;

    @Override
    public void onHeaders(Metadata metadata) {
      received = metadata;
      headers.complete(metadata);
    }

    @Override
    public void onMessage(EchoReply reply) {
      replies.add(reply);
      unread.add(reply);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      headers.completeExceptionally(new AssertionError("no initial metadata, but " + status));
      outcome.complete(new Outcome(received, List.copyOf(replies), status, trailers));
    }
  }
}
