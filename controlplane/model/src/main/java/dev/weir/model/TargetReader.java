package dev.weir.model;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes a target's URL apart. Its problems never repeat the URL, which might hold a password. */
final class TargetReader {

  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9._])?");
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final String MARK = "://";

  private final String path;
  private final List<Problem> problems;

  TargetReader(String path, List<Problem> problems) {
    this.path = path;
    this.problems = problems;
  }

  /**
   * Null when the text is not a usable URL, which has been reported then.
   *
   * @param byDefault what a text without a scheme speaks; null when it needs one
   */
  @Nullable Target read(Origin at, String text, Target.@Nullable Scheme byDefault) {
    int mark = text.indexOf(MARK);
    if (text.isBlank()) {
      return refused(at, "is empty, a URL such as h2c://localhost:50051 is needed", null);
    }
    if (mark < 0 && byDefault == null) {
      String hint = text.indexOf('@') < 0 ? "write h2c://" + text : null;
      return refused(at, "has no scheme", hint);
    }
    if (mark < 0 && byDefault != null) {
      return read(at, byDefault, text);
    }
    Target.Scheme scheme = scheme(text.substring(0, mark));
    return scheme == null
        ? refused(at, "has an unknown scheme", "known are " + String.join(", ", schemes()))
        : read(at, scheme, text.substring(mark + MARK.length()));
  }

  private static Target.@Nullable Scheme scheme(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Stream.of(Target.Scheme.values())
        .filter(scheme -> scheme.label().equals(lower))
        .findFirst()
        .orElse(null);
  }

  private static List<String> schemes() {
    return Stream.of(Target.Scheme.values()).map(Target.Scheme::label).toList();
  }

  private @Nullable Target read(Origin at, Target.Scheme scheme, String rest) {
    if (rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
      return refused(at, "has a query or a fragment, which gRPC has no place for", "remove it");
    }
    if (rest.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      return refused(at, "has a space in it", "remove it");
    }
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    if (authority.indexOf('@') >= 0) {
      return refused(at, "has a user in it, which gRPC has no place for", "remove it");
    }
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    if (!isHost(host)) {
      return refused(at, host.isEmpty() ? "has no host" : "has no valid host", null);
    }
    int port = hasPort ? port(authority.substring(colon + 1)) : scheme.defaultPort();
    if (hasPort && port == 0) {
      return refused(at, "has a port that is not in 1 to " + Checks.MAX_PORT, null);
    }
    return new Target(scheme, bare(host), port, prefix(slash < 0 ? "" : rest.substring(slash)));
  }

  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
  }

  private static boolean isHost(String host) {
    if (host.startsWith("[") && host.endsWith("]")) {
      return host.indexOf(':') > 0 && isAddress(host.substring(1, host.length() - 1));
    }
    return HOST_NAME.matcher(host).matches()
        && (!NUMERIC.matcher(host).matches() || isAddress(host));
  }

  private static boolean isAddress(String text) {
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** 0 when the text is not a port. */
  private static int port(String text) {
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    return port > Checks.MAX_PORT ? 0 : port;
  }

  private static String prefix(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  private @Nullable Target refused(Origin at, String message, @Nullable String hint) {
    problems.add(at.error(path, message, hint));
    return null;
  }
}
