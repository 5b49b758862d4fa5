package dev.weir.model;

import dev.weir.model.HeadChanges.Change;
import dev.weir.model.HeadChanges.PathChange;
import dev.weir.model.HeadChanges.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads what the one version of an API changes on heads: {@code global_headers} and their like, and
 * the lists of {@code extended_paths}.
 */
final class HeadChangesReader {
  private static final String EXTENDED = "extended_paths.";
  private static final String SWITCH = "use_extended_paths";

  /** A token (RFC 9110, 5.6.2). */
  private static final Pattern NAME = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

  /** What a message is read by, or a connection, or what is the gateway's own to say. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "grpc-.*|content-(type|length|encoding)|host|te|trailer|transfer-encoding|connection"
              + "|keep-alive|proxy-connection|upgrade|x-forwarded-for");

  private static final Pattern VALUE = Pattern.compile("[ -~]*");
  private static final Pattern BASE64 =
      Pattern.compile(
          "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2,3}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;

  HeadChangesReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
  }

  /**
   * The changes; none where there is more than one version, which is refused elsewhere.
   *
   * @param ignoresCase whether the gateway's configuration has the case of paths ignored
   */
  HeadChanges read(boolean ignoresCase) {
    OneVersion one = OneVersion.of(settings);
    if (one == null) {
      return HeadChanges.NONE;
    }
    Settings version = one.settings();
    var entries =
        new PathEntryReader(problems, asks, ignoresCase || version.flag("ignore_endpoint_case"));
    return new HeadChanges(
        side(one, entries, "global_headers", "transform_headers"),
        side(one, entries, "global_response_headers", "transform_response_headers"));
  }

  private Side side(OneVersion one, PathEntryReader entries, String globals, String list) {
    Settings version = one.settings();
    Change all =
        version.flag(globals + "_disabled")
            ? Change.NONE
            : change(version, one.place(), globals + "_remove", globals);
    if (version.isSet(SWITCH) && !version.flag(SWITCH)) {
      return new Side(all, List.of());
    }
    var paths = new ArrayList<PathChange>();
    List<Json> items = version.items(EXTENDED + list);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.HEADERS_ENTRY, null);
        String at = ShapeReader.join(one.place(), EXTENDED + list + "[" + i + "]");
        if (!entry.flag("disabled")) {
          paths.add(
              new PathChange(
                  entries.read(entry, at), change(entry, at, "delete_headers", "add_headers")));
        }
      }
    }
    return new Side(all, paths);
  }

  private Change change(Settings part, String at, String removes, String sets) {
    var checks = new Checks(part, at, problems);
    var removed = new ArrayList<String>();
    for (Json item : part.items(removes)) {
      if (item instanceof Json.Text(Origin origin, String name)
          && isUsable(name, origin, checks.full(removes))) {
        removed.add(name.toLowerCase(Locale.ROOT));
      }
    }
    Map<String, HeaderValue> set = new LinkedHashMap<>();
    part.members(sets)
        .forEach((name, json) -> {
          String path = checks.full(sets) + "." + name;
          if (json instanceof Json.Text(Origin origin, String text)
              && isUsable(name, origin, path)) {
            set.put(name.toLowerCase(Locale.ROOT), value(name, text, origin, path));
          }
        });
    return new Change(removed, set);
  }

  private boolean isUsable(String name, Origin origin, String path) {
    if (!NAME.matcher(name).matches()) {
      return refused(origin, path, quoted(name) + " is not the name of a field", "write x-name");
    }
    return !NEEDED.matcher(name.toLowerCase(Locale.ROOT).replace('_', '-')).matches()
        || refused(
            origin,
            path,
            quoted(name) + " is not for an API to change: calls are read by it",
            "name a field of your own");
  }

  private boolean refused(Origin origin, String path, String message, String hint) {
    problems.add(origin.error(path, message, hint));
    return false;
  }

  private HeaderValue value(String name, String text, Origin origin, String path) {
    HeaderValue value = HeaderValue.of(text);
    String unknown = value.unknown();
    if (unknown != null) {
      asks.feature(origin, path, "the variable " + unknown);
    }
    if (!VALUE.matcher(text).matches() || !text.strip().equals(text)) {
      refused(
          origin,
          path,
          "is no value of a field",
          "write printable ASCII without blanks at its ends");
    } else if (name.toLowerCase(Locale.ROOT).endsWith("-bin")
        && !(value.isFixed() && BASE64.matcher(text).matches())) {
      refused(
          origin, path, "is not base64, as metadata with -bin is", "encode it, without variables");
    }
    return value;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
