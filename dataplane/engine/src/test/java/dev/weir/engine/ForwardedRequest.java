package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Whether the head of a request that the gateway sends to a server is one that any server takes, so
 * that no malformed one has come through (RFC 9113, 8.2 and 8.3, and what gRPC asks for beyond
 * that). Written apart from the gateway's own rules.
 */
final class ForwardedRequest {
  private static final Pattern NAME = Pattern.compile(":?[a-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE =
      Pattern.compile("|[!-~\\x80-\\xff]|[!-~\\x80-\\xff][\\t -~\\x80-\\xff]*[!-~\\x80-\\xff]");
  private static final Pattern PLAIN_PATH =
      Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()*+,=:@-]+)+");
  private static final Pattern CLIENT = Pattern.compile("0\\.0\\.0\\.0");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
  private static final List<String> ONE = List.of(":method", ":scheme", ":path", "x-forwarded-for");
  private static final List<String> ONE_AT_MOST =
      List.of(":authority", "content-type", "content-length", "te", "grpc-timeout");
  private static final List<String> NONE =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "host",
          "proxy-authorization",
          ":status",
          ":protocol");

  private ForwardedRequest() {}

  static void check(Http2Headers head) {
    for (Map.Entry<CharSequence, CharSequence> field : head) {
      require(
          NAME.matcher(field.getKey()).matches() && VALUE.matcher(field.getValue()).matches(),
          () -> "malformed field " + field);
    }
    ONE.forEach(name -> requireCount(head, name, 1, 1));
    ONE_AT_MOST.forEach(name -> requireCount(head, name, 0, 1));
    NONE.forEach(name -> requireCount(head, name, 0, 0));
    requireValue(head, "te", Pattern.compile("trailers"));
    requireValue(head, "content-length", NUMBER);
    requireValue(head, "x-forwarded-for", CLIENT);
    require(head.path().charAt(0) == '/', () -> "path " + head.path());
    CharSequence type = head.get("content-type");
    if (type != null && isGrpc(type.toString().toLowerCase(Locale.ROOT))) {
      require("POST".contentEquals(head.method()), () -> "method " + head.method());
      requireValue(head, ":path", PLAIN_PATH);
    }
  }

  private static boolean isGrpc(String type) {
    return type.matches("application/grpc([+;].*)?");
  }

  private static void requireCount(Http2Headers head, String name, int least, int most) {
    int count = head.getAll(name).size();
    require(count >= least && count <= most, () -> count + " times " + name + ": " + head);
  }

  private static void requireValue(Http2Headers head, String name, Pattern pattern) {
    CharSequence value = head.get(name);
    require(value == null || pattern.matcher(value).matches(), () -> name + ": " + value);
  }
}
