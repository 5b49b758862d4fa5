package dev.weir.testkit;

import dev.weir.testkit.proto.EchoReply;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished call as the client saw it.
 *
 * @param headers the initial metadata, null when there was none (Trailers-Only)
 * @param replies all messages in order
 * @param status the status the call ended with
 * @param trailers the trailing metadata; empty when the call was cut
 */
public record Outcome(
    @Nullable Metadata headers, List<EchoReply> replies, Status status, Metadata trailers) {

  /** The status code as a number, as in {@code grpc-status}. */
  public int code() {
    return status.getCode().value();
  }

  /** The status message, empty when there is none. */
  public String message() {
    String description = status.getDescription();
    return description == null ? "" : description;
  }

  /** The only reply of a successful call; fails with the status when there is none. */
  public EchoReply reply() {
    if (!status.isOk() || replies.size() != 1) {
      throw new AssertionError("expected OK and one reply: " + this);
    }
    return replies.getFirst();
  }
}
