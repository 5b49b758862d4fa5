package dev.weir.testkit;

import io.grpc.Metadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One call as the backend saw it. Written by the server's threads, read by the test's.
 *
 * <p>Ends exactly once: completed (the whole response was handed to the transport) or cancelled.
 */
public final class SeenCall {

  /** The two ways in which a call leaves a server. */
  public enum End {
    COMPLETED,
    CANCELLED
  }

  private final String method;
  private final Metadata metadata;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final AtomicInteger messagesReceived = new AtomicInteger();
  private final AtomicInteger messagesSent = new AtomicInteger();
  private volatile boolean halfClosed;

  SeenCall(String method, Metadata metadata) {
    this.method = method;
    this.metadata = metadata;
  }

  /** The full method name without a leading slash, such as {@code weir.testkit.Echo/Unary}. */
  public String method() {
    return method;
  }

  /** The request metadata as received. */
  public Metadata metadata() {
    return metadata;
  }

  public int messagesReceived() {
    return messagesReceived.get();
  }

  /** The number of responses handed to the transport, not those that reached the client. */
  public int messagesSent() {
    return messagesSent.get();
  }

  public boolean isHalfClosed() {
    return halfClosed;
  }

  public boolean hasEnded() {
    return end.isDone();
  }

  /** Waits until the server is done with the call and tells how it ended. */
  public End awaitEnd() {
    return Patience.value(end, "the backend to be done with " + method);
  }

  void received() {
    messagesReceived.incrementAndGet();
  }

  void sent() {
    messagesSent.incrementAndGet();
  }

  void halfClosed() {
    halfClosed = true;
  }

  void ended(End how) {
    end.complete(how);
  }
}
