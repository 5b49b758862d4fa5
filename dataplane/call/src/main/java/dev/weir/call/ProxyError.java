package dev.weir.call;

import static dev.weir.call.GrpcStatus.CANCELLED;
import static dev.weir.call.GrpcStatus.INTERNAL;
import static dev.weir.call.GrpcStatus.RESOURCE_EXHAUSTED;
import static dev.weir.call.GrpcStatus.UNAVAILABLE;
import static dev.weir.call.GrpcStatus.UNIMPLEMENTED;
import static dev.weir.call.GrpcStatus.UNKNOWN;

/**
 * A failure that the gateway itself has to report, as a value.
 *
 * @param kind what went wrong; decides the statuses
 * @param detail what happened, to what, and on which API; goes to the caller as {@code
 *     grpc-message}, so it never holds a secret
 * @param retryNanos how long to wait before the call is made again; 0 where that is not known,
 *     {@link #NEVER_AGAIN}
 * @param quotaOf whose quota is used up, in the words of its owner; empty for nobody's
 */
public record ProxyError(Kind kind, String detail, long retryNanos, String quotaOf) {

  /** The call would fail at any time. */
  public static final long NEVER_AGAIN = -1;

  /** One that has nothing to do with a quota. */
  public ProxyError(Kind kind, String detail, long retryNanos) {
    this(kind, detail, retryNanos, "");
  }

  /** One that nothing is known of when it will be over. */
  public ProxyError(Kind kind, String detail) {
    this(kind, detail, 0);
  }

  /** Where a failure comes from. */
  public enum Source {
    DOWNSTREAM,
    GATEWAY,
    UPSTREAM
  }

  /**
   * The one table of failures: what a gRPC caller and what an HTTP caller gets. {@code httpText} is
   * the message that Tyk sends to HTTP callers in the same case.
   */
  public enum Kind {
    /** No API listens on the port, host and path of the call. */
    NO_ROUTE(Source.GATEWAY, UNIMPLEMENTED, 404, "Not Found"),
    /** The API asks for something that this build cannot enforce, so it is not served. */
    API_NOT_SERVED(Source.GATEWAY, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** Every endpoint of the API is resting after failures, or the list is empty. */
    NO_ENDPOINT(Source.UPSTREAM, UNAVAILABLE, 503, "all hosts are down"),
    /** The host name of the target has no address. */
    NAME_NOT_RESOLVED(Source.UPSTREAM, UNAVAILABLE, 500, "Upstream host lookup failed"),
    /** No connection to an endpoint could be made. */
    CONNECT_FAILED(Source.UPSTREAM, UNAVAILABLE, 500, ProxyError.PROXYING),
    /** The endpoint answered with something that is not HTTP/2. */
    NOT_HTTP2(Source.UPSTREAM, UNAVAILABLE, 500, ProxyError.PROXYING),
    /** Too many calls wait for a stream of an upstream connection. */
    QUEUE_FULL(Source.UPSTREAM, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** The call waited long enough for a stream of an upstream connection. */
    QUEUE_TIMEOUT(Source.UPSTREAM, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** The connection to the endpoint broke while the call was on it. */
    UPSTREAM_LOST(Source.UPSTREAM, UNAVAILABLE, 500, ProxyError.PROXYING),
    /** The endpoint refused the stream and no other endpoint took the call. */
    UPSTREAM_REFUSED(Source.UPSTREAM, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** The endpoint cancelled the stream. */
    UPSTREAM_CANCELLED(Source.UPSTREAM, CANCELLED, 500, ProxyError.PROXYING),
    /** The endpoint told us to send less. */
    UPSTREAM_OVERLOADED(Source.UPSTREAM, RESOURCE_EXHAUSTED, 503, ProxyError.PROXYING),
    /** The endpoint demands a better protected connection. */
    UPSTREAM_SECURITY(Source.UPSTREAM, GrpcStatus.PERMISSION_DENIED, 500, ProxyError.PROXYING),
    /** The endpoint's answer breaks HTTP/2 or gRPC. */
    UPSTREAM_PROTOCOL(Source.UPSTREAM, INTERNAL, 502, ProxyError.PROXYING),
    /** The endpoint's head or trailers are larger than the limit. */
    UPSTREAM_HEADERS_TOO_LARGE(Source.UPSTREAM, RESOURCE_EXHAUSTED, 502, ProxyError.PROXYING),
    /** The endpoint answered a gRPC call with something that is not gRPC. */
    UPSTREAM_NOT_GRPC(Source.UPSTREAM, UNKNOWN, 502, ProxyError.PROXYING),
    /** The caller's metadata is larger than the limit. */
    HEADERS_TOO_LARGE(
        Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 431, "Request header fields too large"),
    /** The request is malformed in a way that is told to the caller. */
    BAD_REQUEST(Source.DOWNSTREAM, INTERNAL, 400, "Bad Request"),
    /** What is called is limited for calls of gRPC, and this one does not say that it is one. */
    CONTENT_TYPE_NOT_GRPC(Source.DOWNSTREAM, INTERNAL, 415, "Unsupported Media Type"),
    /** The API is not for who calls from this address. */
    ADDRESS_NOT_ALLOWED(
        Source.DOWNSTREAM,
        GrpcStatus.PERMISSION_DENIED,
        403,
        "access from this IP has been disallowed"),
    /** The API's lists of paths have nobody call this one. */
    PATH_NOT_ALLOWED(
        Source.DOWNSTREAM, GrpcStatus.PERMISSION_DENIED, 403, "Requested endpoint is forbidden"),
    /** What a call brings along makes no path where the API has it go to another one. */
    PATH_NOT_REWRITTEN(Source.DOWNSTREAM, GrpcStatus.INVALID_ARGUMENT, 400, "Bad Request"),
    /** The API has versions, and the call does not say which one it is for. */
    VERSION_MISSING(
        Source.DOWNSTREAM, GrpcStatus.INVALID_ARGUMENT, 403, "Version information not found"),
    /** The API has no version of the name that the call has. */
    VERSION_UNKNOWN(
        Source.DOWNSTREAM, UNIMPLEMENTED, 403, "This API version does not seem to exist"),
    /** The API, or this version of it, was served until a time that is over. */
    VERSION_EXPIRED(
        Source.GATEWAY,
        UNIMPLEMENTED,
        403,
        "Api Version has expired, please check documentation or contact administrator"),
    /** The API is for clients with a certificate, and this one has shown none. */
    CLIENT_CERTIFICATE_MISSING(
        Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 403, "Client TLS certificate is required"),
    /** The API is not for the client with this certificate. */
    CLIENT_CERTIFICATE_REFUSED(
        Source.DOWNSTREAM, GrpcStatus.PERMISSION_DENIED, 403, "Client TLS certificate not allowed"),
    /** The API takes a credential, and the call has none, or more than one. */
    CREDENTIAL_MISSING(
        Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 401, "Authorization field missing"),
    /** The call's credential stands for nobody who is known. */
    CREDENTIAL_REFUSED(
        Source.DOWNSTREAM,
        GrpcStatus.UNAUTHENTICATED,
        403,
        "Access to this API has been disallowed"),
    /** The API knows callers by the certificates of their clients, and this one has shown none. */
    KEY_CERTIFICATE_MISSING(
        Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 401, "Client certificate required"),
    /** The client's certificate stands for nobody who is known. */
    KEY_CERTIFICATE_REFUSED(
        Source.DOWNSTREAM,
        GrpcStatus.UNAUTHENTICATED,
        401,
        "Access to this API has been disallowed"),
    /** The API takes a name and a password, and the call has none. */
    LOGIN_MISSING(
        Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 401, "Authorization field missing"),
    /** The call's name and password are no user's, or are none at all. */
    LOGIN_REFUSED(Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 401, "User not authorised"),
    /** Too many passwords wait to be compared with what is kept of them. */
    LOGINS_BUSY(Source.GATEWAY, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** The API takes a signed token, and the call has none, or more than one. */
    TOKEN_MISSING(
        Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 400, "Authorization field missing"),
    /** The call's token is not signed as the API asks, or is none at all. */
    TOKEN_REFUSED(Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 403, "Key not authorized"),
    /** The keys that tokens are signed with could not be fetched from who publishes them. */
    TOKEN_KEYS_MISSING(Source.GATEWAY, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** Too many tokens wait to be checked. */
    TOKENS_BUSY(Source.GATEWAY, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** Credentials that came from the same address were no good too often. */
    ADDRESS_THROTTLED(Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 429, "Too many requests"),
    /** The credential was good until a time that is over. */
    KEY_EXPIRED(
        Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 401, "Key has expired, please renew"),
    /** The key, or one of its policies, is switched off. */
    KEY_INACTIVE(
        Source.DOWNSTREAM, GrpcStatus.PERMISSION_DENIED, 403, "Key is inactive, please renew"),
    /** What the key's policies say cannot be found, or contradicts itself. */
    KEY_WITHOUT_POLICY(
        Source.GATEWAY,
        GrpcStatus.PERMISSION_DENIED,
        403,
        "key has no valid policies to be applied"),
    /** The key asks for something that this build cannot enforce, so it is not served. */
    KEY_NOT_SERVED(Source.GATEWAY, UNAVAILABLE, 503, "Service temporarily unavailable."),
    /** The key is good, but not for this API. */
    API_NOT_GRANTED(
        Source.DOWNSTREAM,
        GrpcStatus.PERMISSION_DENIED,
        403,
        "Access to this API has been disallowed"),
    /** The key is good for this API, but not for this version of it. */
    VERSION_NOT_GRANTED(
        Source.DOWNSTREAM,
        GrpcStatus.PERMISSION_DENIED,
        403,
        "Access to this API has been disallowed"),
    /** The key is good for this API, but not for this method of it. */
    METHOD_NOT_GRANTED(
        Source.DOWNSTREAM,
        GrpcStatus.PERMISSION_DENIED,
        403,
        "Access to this resource has been disallowed"),
    /** The key has called as often as it may for now. */
    RATE_LIMITED(Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 429, "Rate Limit Exceeded"),
    /** The key has called as much as it may until its quota renews. */
    QUOTA_EXCEEDED(Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 403, "Quota exceeded"),
    /** The API, or a method of it, has been called as often as it may for now. */
    API_RATE_LIMITED(Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 429, "API Rate Limit Exceeded"),
    /** The API asks more of its clients than the connection's handshake did (RFC 9110, 7.4). */
    MISDIRECTED(Source.DOWNSTREAM, GrpcStatus.UNAUTHENTICATED, 421, "Misdirected Request"),
    /** The gateway holds as much payload as it may, and this call would add to it. */
    BUFFERS_FULL(Source.GATEWAY, RESOURCE_EXHAUSTED, 503, "Service temporarily unavailable."),
    /** The call has taken as long as its caller, or the API, allows. */
    DEADLINE_EXCEEDED(
        Source.GATEWAY,
        GrpcStatus.DEADLINE_EXCEEDED,
        504,
        "Upstream service reached hard timeout."),
    /** Nothing was sent on the stream for as long as the API allows. */
    STREAM_IDLE(Source.GATEWAY, UNAVAILABLE, 504, "Service temporarily unavailable."),
    /** The stream has been open for as long as the API allows. */
    STREAM_TOO_OLD(Source.GATEWAY, UNAVAILABLE, 504, "Service temporarily unavailable."),
    /** A request of HTTP is longer than the API allows. */
    REQUEST_TOO_LARGE(Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 400, "Request is too large"),
    /** A message of the caller is longer than the API allows. */
    REQUEST_MESSAGE_TOO_LARGE(
        Source.DOWNSTREAM, RESOURCE_EXHAUSTED, 413, "Request entity too large"),
    /** A message of the endpoint is longer than the API allows. */
    RESPONSE_MESSAGE_TOO_LARGE(Source.UPSTREAM, RESOURCE_EXHAUSTED, 502, ProxyError.PROXYING),
    /** The gateway is shutting down and the time for open calls is over. */
    SHUTTING_DOWN(Source.GATEWAY, UNAVAILABLE, 503, "Gateway is shutting down");

    private final Source source;
    private final GrpcStatus grpcStatus;
    private final int httpStatus;
    private final String httpText;

    Kind(Source source, GrpcStatus grpcStatus, int httpStatus, String httpText) {
      this.source = source;
      this.grpcStatus = grpcStatus;
      this.httpStatus = httpStatus;
      this.httpText = httpText;
    }

    public Source source() {
      return source;
    }

    public GrpcStatus grpcStatus() {
      return grpcStatus;
    }

    public int httpStatus() {
      return httpStatus;
    }

    public String httpText() {
      return httpText;
    }
  }

  private static final String PROXYING = "There was a problem proxying the request";
}
