package dev.weir.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.http2.PeerFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a request of HTTP/1 one that we answer ourselves: anything that another hop might read
 * in another way, as to where it ends or whom it is for (RFC 9112, 3.2, 6.1 and 6.3).
 */
final class Http1Rules {
  private static final int HTTP_1 = 1;

  private Http1Rules() {}

  /**
   * An answer instead of the one that was asked for; the connection closes after it.
   *
   * @param sentence what is wrong, for the client
   */
  record Refusal(HttpResponseStatus status, String sentence) {
    /** What it is counted as. */
    PeerFault fault() {
      return status.equals(HttpResponseStatus.REQUEST_URI_TOO_LONG)
              || status.equals(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
          ? PeerFault.HEADER_LIST
          : PeerFault.PROTOCOL;
    }

    /** The whole response; the connection closes behind it. */
    FullHttpResponse answer() {
      ByteBuf text = Unpooled.copiedBuffer(sentence + "\n", UTF_8);
      FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, text);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
      HttpUtil.setContentLength(response, text.readableBytes());
      HttpUtil.setKeepAlive(response, false);
      return response;
    }

    static Refusal badRequest(String sentence) {
      return new Refusal(HttpResponseStatus.BAD_REQUEST, sentence);
    }
  }

  /** Judges a part of a request as the decoder left it; null when it may pass. */
  static @Nullable Refusal refusal(HttpObject part) {
    Refusal refusal = part instanceof HttpRequest request ? framing(request) : null;
    if (refusal == null && part.decoderResult().isFailure()) {
      return malformed(part.decoderResult().cause());
    }
    return refusal == null && part instanceof HttpRequest request ? authority(request) : refusal;
  }

  /** Where the request ends must be beyond doubt. */
  private static @Nullable Refusal framing(HttpRequest request) {
    HttpHeaders headers = request.headers();
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return null;
    }
    if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      return Refusal.badRequest(
          "the request has both Transfer-Encoding and Content-Length; send one of them");
    }
    if (codings.size() > 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0))) {
      return new Refusal(
          HttpResponseStatus.NOT_IMPLEMENTED,
          "the only transfer coding that is understood here is one chunked");
    }
    if (request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0) {
      return Refusal.badRequest("HTTP/1.0 has no Transfer-Encoding; send Content-Length");
    }
    return null;
  }

  private static Refusal malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new Refusal(
              HttpResponseStatus.REQUEST_URI_TOO_LONG,
              "the first line of the request is longer than %d bytes"
                  .formatted(Http1Pipeline.MAX_LINE_BYTES));
      case TooLongHttpHeaderException _ ->
          new Refusal(
              HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "the head of the request is larger than %d bytes"
                  .formatted(Http1Pipeline.MAX_HEAD_BYTES));
      default -> Refusal.badRequest("the request is not HTTP/1.1 as RFC 9112 has it");
    };
  }

  /** Whom the request is for must be beyond doubt: what is allowed is what is forwarded. */
  private static @Nullable Refusal authority(HttpRequest request) {
    if (request.protocolVersion().majorVersion() != HTTP_1) {
      return new Refusal(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
          "this is spoken here: HTTP/1.1, HTTP/1.0, and HTTP/2 with its own preface");
    }
    RequestTarget target = RequestTarget.parse(request.uri());
    if (target == null) {
      return Refusal.badRequest(
          "the request's target is neither a path nor http:// with a host and a path");
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.isEmpty()) {
      boolean old = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
      return old && target.authority() == null
          ? null
          : Refusal.badRequest("the request has no Host field");
    }
    if (hosts.size() > 1) {
      return Refusal.badRequest("the request has more than one Host field");
    }
    return host(hosts.get(0), target.authority());
  }

  private static @Nullable Refusal host(String host, @Nullable String authority) {
    if (!RequestTarget.isHost(host)) {
      return Refusal.badRequest("the Host field is not a host, or a host and a port");
    }
    if (authority != null && !authority.equalsIgnoreCase(host)) {
      return Refusal.badRequest("the Host field is not the host of the request's target");
    }
    return null;
  }
}
