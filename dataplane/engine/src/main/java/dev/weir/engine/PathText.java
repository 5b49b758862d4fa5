package dev.weir.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.balance.EndpointGroup;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.route.GrpcPath;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A path in the making. What comes from a caller becomes part of a path only where it can be taken
 * for nothing else, and in a query only as a value, but at its end. For one use.
 */
final class PathText {
  /** Bytes that a path may have when it is made; more is no path of a method. */
  private static final int LONGEST = 4096;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~/";

  private final StringBuilder text = new StringBuilder();
  private boolean inQuery;
  private boolean restIsCallers;
  private boolean usable = true;

  /** Adds what the definition has. */
  void literal(String part) {
    // What a caller has put a ? or a & into is not to be taken for what the definition has behind
    // it.
    usable &= !restIsCallers;
    text.append(part);
    inQuery |= part.indexOf('?') >= 0;
  }

  /**
   * Adds what was found in the caller's path.
   *
   * @param ofQuery whether it was found behind the path's end
   */
  void found(String part, boolean ofQuery) {
    usable &= !restIsCallers || part.isEmpty();
    if (inQuery && !ofQuery) {
      encode(part);
    } else {
      text.append(part);
      restIsCallers |= inQuery ? part.matches("(?s).*[&;#].*") : part.indexOf('?') >= 0;
    }
  }

  /** Adds what is known of the call. */
  void known(String part) {
    usable &= !restIsCallers;
    if (inQuery) {
      encode(part);
    } else {
      usable &= !part.isEmpty() && part.chars().allMatch(PathText::isOfSegment);
      text.append(part);
    }
  }

  private static boolean isOfSegment(int c) {
    return c > ' ' && c <= '~' && c != '/' && c != '?';
  }

  private void encode(String part) {
    for (byte b : part.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      if ((c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0) {
        text.append(c);
      } else {
        text.append('%').append(HEX.toHexDigits(b));
      }
    }
  }

  /** The whole; null where it is no path. */
  @Nullable Destination finish(@Nullable EndpointGroup group) {
    if (text.isEmpty() || text.charAt(0) != '/') {
      text.insert(0, '/');
    }
    byte[] whole = text.toString().getBytes(ISO_8859_1);
    byte[] path = Caller.withoutQuery(whole);
    HeaderField field = HeaderField.of(HeaderName.PATH, whole);
    return usable && whole.length <= LONGEST && GrpcPath.isPlain(path) && isVisible(whole)
        ? new Destination(field, path.length == whole.length, group)
        : null;
  }

  private static boolean isVisible(byte[] whole) {
    for (byte b : whole) {
      if (b <= ' ' || b > '~' || b == '#') {
        return false;
      }
    }
    return true;
  }
}
