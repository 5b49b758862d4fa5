package dev.weir.testkit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records every call of a backend and echoes metadata.
 *
 * <p>Request keys that begin with {@code echo-} come back in the initial metadata, those that begin
 * with {@code tail-} in the trailers, each with all its values in order.
 */
final class CallRecorder implements ServerInterceptor {

  /** Sends the initial metadata of the call in hand at once. */
  static final Context.Key<Runnable> SEND_HEADERS = Context.key("send-headers");

  private final Consumer<SeenCall> calls;

  CallRecorder(Consumer<SeenCall> calls) {
    this.calls = calls;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    var seen = new SeenCall(call.getMethodDescriptor().getFullMethodName(), metadata);
    calls.accept(seen);
    var recorded = new RecordedCall<Q, A>(call, seen);
    var context = Context.current().withValue(SEND_HEADERS, recorded::sendHeadersNow);
    return new RecordedListener<>(Contexts.interceptCall(context, recorded, metadata, next), seen);
  }

  /** Copies the entries of {@code from} whose key begins with {@code prefix}. */
  static void copy(Metadata from, String prefix, Metadata to) {
    for (String name : from.keys()) {
      if (name.startsWith(prefix)) {
        copy(from, keyOf(name), to);
      }
    }
  }

  private static <T> void copy(Metadata from, Metadata.Key<T> key, Metadata to) {
    var values = from.getAll(key);
    if (values != null) {
      values.forEach(value -> to.put(key, value));
    }
  }

  private static Metadata.Key<?> keyOf(String name) {
    return name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
        ? Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER)
        : Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static final class RecordedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final SeenCall seen;
    private boolean headersSent;

    RecordedCall(ServerCall<Q, A> call, SeenCall seen) {
      super(call);
      this.seen = seen;
    }

    void sendHeadersNow() {
      sendHeaders(new Metadata());
    }

    @Override
    public void sendHeaders(Metadata headers) {
      if (headersSent) {
        return;
      }
      headersSent = true;
      copy(seen.metadata(), "echo-", headers);
      super.sendHeaders(headers);
    }

    @Override
    public void sendMessage(A message) {
      seen.sent();
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      copy(seen.metadata(), "tail-", trailers);
      super.close(status, trailers);
    }
  }

  private static final class RecordedListener<Q> extends SimpleForwardingServerCallListener<Q> {

    private final SeenCall seen;

    RecordedListener(ServerCall.Listener<Q> listener, SeenCall seen) {
      super(listener);
      this.seen = seen;
    }

    @Override
    public void onMessage(@Nullable Q message) {
      seen.received();
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      seen.halfClosed();
      super.onHalfClose();
    }

    @Override
    public void onCancel() {
      seen.ended(SeenCall.End.CANCELLED);
      super.onCancel();
    }

    @Override
    public void onComplete() {
      seen.ended(SeenCall.End.COMPLETED);
      super.onComplete();
    }
  }
}
