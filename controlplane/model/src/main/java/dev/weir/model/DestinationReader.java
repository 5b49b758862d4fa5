package dev.weir.model;

import dev.weir.model.UrlRewrites.Destination;
import dev.weir.model.UrlRewrites.Group;
import dev.weir.model.UrlRewrites.Piece;
import dev.weir.model.UrlRewrites.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code rewrite_to}: a path, or a URL whose host is written out. A host that is known at
 * call time only could be one that nobody meant to be called, so that it is not taken.
 */
final class DestinationReader {
  static final String WRITE = "write /pkg.Service/Method or h2c://host:port/pkg.Service/Method";

  private static final Pattern TEXT = Pattern.compile("[!-~&&[^#\\\\%\"<>^`{|}]]*");
  private static final Pattern URL = Pattern.compile("(?i)([a-z][a-z0-9+.-]*)://([^/?$]*)(.*)");

  /** A group right behind a port cannot be more of the host. */
  private static final Pattern MORE_HOST = Pattern.compile("[^/?]*[$].*");

  private static final Pattern PORT_AND_GROUP = Pattern.compile(".*:[0-9]+ [$][0-9].*");
  private static final Pattern GROUP = Pattern.compile("\\$([0-9]{1,4})");
  private static final int LONGEST = 1024;

  private final List<Problem> problems;
  private final ApiAsks asks;

  DestinationReader(List<Problem> problems, ApiAsks asks) {
    this.problems = problems;
    this.asks = asks;
  }

  /** Null when it is none, which has been reported then. */
  @Nullable Destination read(String text, Origin at, String place) {
    if (text.length() > LONGEST) {
      return refused(at, place, "is longer than " + LONGEST + " characters", null);
    }
    if (!TEXT.matcher(text).matches()) {
      return refused(at, place, "has characters that no path has", WRITE);
    }
    if (text.startsWith("$tyk_") || text.startsWith("$secret_")) {
      asks.reason(at, place, "a URL rewrite to what is known at call time only is not available");
    }
    Matcher url = URL.matcher(text);
    return url.matches() && !url.group(1).isEmpty()
        ? elsewhere(url, at, place)
        : destination(Optional.empty(), text, at, place);
  }

  private @Nullable Destination elsewhere(Matcher url, Origin at, String place) {
    String host = url.group(2);
    if (MORE_HOST.matcher(url.group(3)).matches()
        && !PORT_AND_GROUP.matcher(host + " " + url.group(3)).matches()) {
      asks.reason(
          at, place, "a URL rewrite to a host that is known at call time only is not available");
      return null;
    }
    if (url.group(3).isEmpty() || url.group(3).startsWith("?")) {
      return refused(at, place, "has no path", "write $0 behind the port to keep the caller's");
    }
    Target target = new TargetReader(place, problems).read(at, url.group(1) + "://" + host, null);
    if (target == null) {
      return null;
    }
    if (!target.scheme().isSupported()) {
      asks.reason(
          at, place, target.scheme().label() + ":// targets are not available in this build");
    }
    return destination(Optional.of(target), url.group(3), at, place);
  }

  private @Nullable Destination destination(
      Optional<Target> host, String path, Origin at, String place) {
    var pieces = new ArrayList<Piece>();
    boolean inQuery = false;
    for (HeaderValue.Part part : HeaderValue.of(path).parts()) {
      if (part instanceof HeaderValue.Text(String text)) {
        inQuery |= text.indexOf('?') >= 0;
        addGroups(text, pieces);
      } else {
        pieces.add(new Value(part));
      }
      if (part instanceof HeaderValue.Unknown(String variable)) {
        asks.feature(at, place, "the variable " + variable);
      }
      if (part == HeaderValue.Context.PATH && !inQuery) {
        return refused(
            at,
            place,
            "has $tyk_context.path, and a variable fits into one segment only",
            "write $0 for what the pattern found, or a group of it");
      }
    }
    return new Destination(host, pieces, at, place);
  }

  private static void addGroups(String text, List<Piece> into) {
    Matcher group = GROUP.matcher(text);
    int from = 0;
    while (group.find()) {
      if (group.start() > from) {
        into.add(new Value(new HeaderValue.Text(text.substring(from, group.start()))));
      }
      into.add(new Group(Integer.parseInt(group.group(1))));
      from = group.end();
    }
    if (from < text.length()) {
      into.add(new Value(new HeaderValue.Text(text.substring(from))));
    }
  }

  private @Nullable Destination refused(
      Origin at, String place, String message, @Nullable String hint) {
    problems.add(at.error(place, message, hint));
    return null;
  }
}
