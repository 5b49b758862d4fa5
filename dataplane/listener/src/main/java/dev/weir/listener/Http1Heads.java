package dev.weir.listener;

import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
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
  static final HttpHeadersFactory VALIDATED =
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

  static HttpResponseStatus status(FieldList head) {
    return HttpResponseStatus.valueOf(Integer.parseInt(head.get(0).valueText()));
  }

  static void copyTrailers(FieldList from, HttpHeaders to) {
    for (int i = 0; i < from.size(); i++) {
      String name = from.get(i).name().toString();
      if (!NOT_IN_TRAILERS.contains(name)) {
        to.add(name, from.get(i).valueText());
      }
    }
  }

  static void copy(FieldList from, int first, HttpHeaders to) {
    for (int i = first; i < from.size(); i++) {
      to.add(from.get(i).name().toString(), from.get(i).valueText());
    }
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
