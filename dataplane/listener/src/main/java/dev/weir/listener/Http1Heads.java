package dev.weir.listener;

import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Heads of HTTP/1.1 as heads of HTTP/2, and back (RFC 9113, 8.2.2 and 8.3). */
final class Http1Heads {
  private static final Set<String> CONNECTION_SPECIFIC =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "host",
          "expect");

  /** Fields that have been checked where they came in; Netty's own rules are narrower. */
  private static final HttpHeadersFactory VALIDATED =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  /** What must not come behind the content it would speak of (RFC 9110, 6.5.1). */
  private static final Set<String> NOT_IN_TRAILERS =
      Set.of("content-length", "transfer-encoding", "trailer", "host");

  private Http1Heads() {}

  /** The head of a request that {@link Http1Rules} let pass. */
  static FieldList request(HttpRequest request) {
    RequestTarget target = Objects.requireNonNull(RequestTarget.parse(request.uri()));
    FieldList head = new FieldList();
    head.add(HeaderField.of(HeaderName.METHOD, request.method().name()));
    head.add(HeaderField.of(HeaderName.SCHEME, "http"));
    head.add(HeaderField.of(HeaderName.PATH, target.path()));
    String host = request.headers().get(HttpHeaderNames.HOST);
    if (host != null) {
      head.add(HeaderField.of(HeaderName.AUTHORITY, host));
    }
    Set<String> dropped = dropped(request.headers());
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!dropped.contains(name) && (!name.equals("te") || header.getValue().equals("trailers"))) {
        head.add(HeaderField.of(name, header.getValue()));
      }
    }
    return head;
  }

  /**
   * The head of a response.
   *
   * @param toHead whether the request was HEAD
   * @param empty whether nothing comes behind it
   * @param chunks whether the client knows chunks; without them and without a length the response
   *     ends with the connection
   */
  static HttpResponse response(FieldList head, boolean toHead, boolean empty, boolean chunks) {
    int status = Integer.parseInt(head.get(0).valueText());
    HttpResponse response =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), VALIDATED);
    for (int i = 1; i < head.size(); i++) {
      response.headers().add(head.get(i).name().toString(), head.get(i).valueText());
    }
    if (!toHead && hasContent(response.status()) && !HttpUtil.isContentLengthSet(response)) {
      if (empty) {
        HttpUtil.setContentLength(response, 0);
      } else if (chunks) {
        HttpUtil.setTransferEncodingChunked(response, true);
      }
    }
    return response;
  }

  /**
   * Whether a response to GET may have any. A length beside 304 is that of another response (RFC
   * 9110, 8.6), and there is nothing that could be sent in chunks (RFC 9112, 6.1).
   */
  private static boolean hasContent(HttpResponseStatus status) {
    return !status.equals(HttpResponseStatus.NO_CONTENT)
        && !status.equals(HttpResponseStatus.NOT_MODIFIED);
  }

  /** The end of a response, with its trailers. */
  static LastHttpContent trailers(FieldList fields) {
    LastHttpContent last = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, VALIDATED);
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).name().toString();
      if (!NOT_IN_TRAILERS.contains(name)) {
        last.trailingHeaders().add(name, fields.get(i).valueText());
      }
    }
    return last;
  }

  /** Fields of this connection only: the known ones and those that Connection names. */
  private static Set<String> dropped(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return CONNECTION_SPECIFIC;
    }
    Set<String> dropped = new HashSet<>(CONNECTION_SPECIFIC);
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String token : value.split(",", -1)) {
        dropped.add(token.trim().toLowerCase(Locale.ROOT));
      }
    }
    return dropped;
  }
}
