package dev.weir.route;

/**
 * The {@code :path} of a gRPC call (gRPC document "PROTOCOL-HTTP2", Requests), which is compared
 * and forwarded as bytes:
 *
 * <pre>
 *   /pkg.Greeter/SayHello     segments that are not empty, of characters that mean themselves
 * </pre>
 *
 * <p>A path that another reader would have to decode or normalise first has no place in a gRPC
 * call: what one hop allows and the next one serves would be two things.
 */
public final class GrpcPath {

  private static final int NONE = -1;
  private static final String MARKS = "-._~!$&'()*+,=:@";

  private GrpcPath() {}

  /**
   * Whether no reader can take the path for another one: it begins with a slash, has no empty
   * segment and none of dots only that RFC 3986, 5.2.4 removes, and consists of letters, digits and
   * marks without a meaning of their own. A query, an escape or a backslash is none of these.
   */
  public static boolean isPlain(byte[] path) {
    if (path.length == 0 || path[0] != '/') {
      return false;
    }
    int begin = 1;
    for (int at = 1; at < path.length; at++) {
      if (path[at] == '/') {
        if (!isSegment(path, begin, at)) {
          return false;
        }
        begin = at + 1;
      } else if (!isPlain(path[at])) {
        return false;
      }
    }
    return isSegment(path, begin, path.length);
  }

  /**
   * Whether a path is spelled as protobuf spells methods, with the package of their service: {@code
   * /pkg.Service/Method}, all of it identifiers. A query does not count: some servers do not look
   * at it.
   */
  public static boolean isMethod(byte[] path) {
    int at = has(path, 0, '/') ? identifier(path, 1) : NONE;
    boolean packaged = has(path, at, '.');
    while (has(path, at, '.')) {
      at = identifier(path, at + 1);
    }
    at = packaged && has(path, at, '/') ? identifier(path, at + 1) : NONE;
    return at == path.length || has(path, at, '?');
  }

  /** The end of the identifier that begins there; {@link #NONE} if none does. */
  private static int identifier(byte[] path, int begin) {
    int at = begin;
    while (at < path.length && isPartOfName(path[at])) {
      at++;
    }
    return at == begin || isDigit(path[begin]) ? NONE : at;
  }

  private static boolean has(byte[] path, int at, char expected) {
    return at >= 0 && at < path.length && path[at] == expected;
  }

  private static boolean isSegment(byte[] path, int begin, int end) {
    return switch (end - begin) {
      case 0 -> false;
      case 1 -> path[begin] != '.';
      case 2 -> path[begin] != '.' || path[begin + 1] != '.';
      default -> true;
    };
  }

  private static boolean isPlain(byte b) {
    return isPartOfName(b) || MARKS.indexOf(b) >= 0;
  }

  private static boolean isPartOfName(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || isDigit(b) || b == '_';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
