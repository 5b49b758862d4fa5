package dev.weir.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The form in which hosts are compared: lower case, without port and without the final dot. */
final class Hosts {

  private Hosts() {}

  /**
   * The canonical form of a host that a route names; null, and so any host, when it is empty. A
   * pattern in front stays as it is: in others than letters the case may mean something. One with
   * expressions elsewhere is in that form already.
   */
  static @Nullable String canonical(@Nullable String host) {
    if (host == null || HostPattern.isOfWholeHost(host)) {
      return host;
    }
    int pattern = patternEnd(host);
    String name = canonicalName(host.substring(pattern));
    return pattern > 0 && name != null ? host.substring(0, pattern) + name : name;
  }

  /** Where the pattern ends that stands for a first label, in braces of its own; 0 for none. */
  static int patternEnd(String host) {
    return host.startsWith("{") ? host.lastIndexOf('}') + 1 : 0;
  }

  private static @Nullable String canonicalName(String host) {
    byte[] bytes = host.getBytes(UTF_8);
    String canonical = new String(bytes, 0, end(bytes), UTF_8).toLowerCase(Locale.ROOT);
    return canonical.isEmpty() ? null : canonical;
  }

  /** Where the host ends in an authority: before the port (RFC 3986, 3.2) and the final dot. */
  static int end(byte[] authority) {
    int end = endWithDot(authority);
    return end > 1 && authority[end - 1] == '.' ? end - 1 : end;
  }

  private static int endWithDot(byte[] authority) {
    for (int i = authority.length - 1; i >= 0 && authority[i] != ']'; i--) {
      if (authority[i] == ':') {
        return i;
      }
    }
    return authority.length;
  }

  /** Where the first label ends in {@code authority[0, end)}: at its dot; -1 for a single label. */
  static int firstDot(byte[] authority, int end) {
    for (int i = 1; i < end; i++) {
      if (authority[i] == '.') {
        return i;
      }
    }
    return -1;
  }
}
