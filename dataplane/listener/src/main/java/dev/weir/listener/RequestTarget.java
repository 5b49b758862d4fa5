package dev.weir.listener;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for (RFC 9112, 3.2): the path with its query, and the authority where the
 * client named one, as it does when it takes the gateway for a proxy.
 */
record RequestTarget(String path, @Nullable String authority) {
  private static final String SCHEME = "http://";

  /** RFC 3986, 3.2.2 and 3.2.3, without user information and escapes. */
  private static final Pattern HOST =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]++]|[-A-Za-z0-9._~!$&'()*+,;=]++)(?::[0-9]*+)?");

  /** Reads the origin, the absolute or the asterisk form; null when it is neither. */
  static @Nullable RequestTarget parse(String target) {
    if (target.startsWith("/") || target.equals("*")) {
      return new RequestTarget(target, null);
    }
    if (!target.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) || target.indexOf('#') >= 0) {
      return null;
    }
    int end = SCHEME.length();
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    String path = target.substring(end);
    return new RequestTarget(
        path.startsWith("/") ? path : "/" + path, target.substring(SCHEME.length(), end));
  }

  /** Whether this is a host with or without a port, and nothing else. */
  static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }
}
