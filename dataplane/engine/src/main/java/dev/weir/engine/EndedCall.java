package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.http2.HeaderField;
import java.net.InetAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended, for a log. Only what is at hand: whoever writes it finds the words.
 * Immutable, but for the memos of the fields, which are the event loop's.
 *
 * @param credential of a caller who is known
 * @param begunNanos on the clock of the event loops
 * @param httpStatus of a call that is none of gRPC; {@link #BROKEN} for an answer that did not come
 *     to its end
 * @param error what the gateway had against it; null for nothing
 * @param endpoint where it was tried last; null for nowhere
 * @param bytesIn payload from the caller
 * @param bytesOut payload to the caller
 */
public record EndedCall(
    Head head,
    @Nullable HeaderField credential,
    long begunNanos,
    long tookNanos,
    GrpcStatus grpcStatus,
    int httpStatus,
    ProxyError.@Nullable Kind error,
    @Nullable String endpoint,
    int attempts,
    long bytesIn,
    long bytesOut) {
  /** In the place of a status. */
  public static final int BROKEN = CallCounts.BROKEN;

  /**
   * Who called what.
   *
   * @param api its id; null where no API takes such calls
   * @param client whom a trusted proxy calls for, or the peer; null for an address that is none
   */
  public record Head(
      boolean grpc,
      SocketAddress peer,
      @Nullable String api,
      @Nullable InetAddress client,
      @Nullable HeaderField method,
      @Nullable HeaderField path,
      @Nullable HeaderField authority,
      @Nullable HeaderField userAgent,
      @Nullable HeaderField trace) {

    /** The same for a call of another API. */
    Head of(String other) {
      return other.equals(api)
          ? this
          : new Head(grpc, peer, other, client, method, path, authority, userAgent, trace);
    }
  }
}
