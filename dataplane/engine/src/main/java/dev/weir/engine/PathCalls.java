package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import dev.weir.http2.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of a path are counted: with those of its method, where the definition has it by
 * its name, or once an endpoint has shown that it has one by that name, and with all others until
 * then. Kept with what routing found out about the path, and confined to the same event loop.
 */
final class PathCalls {
  private static final int MOST_NAME_BYTES = 256;

  private final ApiCalls api;
  private final @Nullable Terms terms;
  private final @Nullable HeaderField asked;
  private final HeaderField path;
  private @Nullable String name;
  private boolean isNamed;
  private @Nullable Tally counted;

  /**
   * @param terms tell which methods the definition has by their names; null for none
   * @param asked the path as they know it, by their listen path; null where {@code path} was made
   *     anew
   * @param path as the endpoint gets it
   */
  PathCalls(ApiCalls api, @Nullable Terms terms, @Nullable HeaderField asked, HeaderField path) {
    this.api = api;
    this.terms = terms;
    this.asked = asked;
    this.path = path;
  }

  /**
   * Counts a call of gRPC that has ended.
   *
   * @param answered whether an endpoint began to answer it
   */
  void grpc(GrpcStatus status, boolean answered, long tookNanos) {
    api.took(tookNanos);
    if (counted == null) {
      counted = find(answered && isOfMethod(status));
    }
    (counted == null ? api.other() : counted).add(status.code(), 1);
  }

  /** Counts another call that has ended. */
  void http(int status, long tookNanos) {
    api.took(tookNanos);
    api.http(status);
  }

  /** Where to count from now on; null while that may change. */
  private @Nullable Tally find(boolean proven) {
    String method = name();
    MethodNames names = api.names();
    if (!method.isEmpty() && (names.has(method) || isTaken(method, names, proven))) {
      return api.method(method);
    }
    return method.isEmpty() || names.isFull() ? api.other() : null;
  }

  private boolean isTaken(String method, MethodNames names, boolean proven) {
    return isNamed ? names.takeNamed(method) : proven && names.take(method);
  }

  private String name() {
    if (name == null) {
      byte[] bytes = path.value();
      String text = bytes.length > MOST_NAME_BYTES ? "" : path.valueText();
      name = text.indexOf('/', 1) < 0 ? "" : text.substring(1);
      isNamed = terms != null && isNamed(terms);
    }
    return name;
  }

  private boolean isNamed(Terms terms) {
    return asked == null ? terms.namesAll(path.value()) : terms.names(asked.value());
  }

  /**
   * What a server may say of methods that are not there, or before it looks, shows nothing. One
   * that has begun to answer with neither of these has to have a method for it.
   */
  private static boolean isOfMethod(GrpcStatus status) {
    return switch (status) {
      case OK, CANCELLED, DEADLINE_EXCEEDED -> true;
      default -> false;
    };
  }
}
