package dev.weir.model;

import dev.weir.model.PathLists.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads for which paths and methods an entry of {@code extended_paths} is. */
final class PathEntryReader {
  static final String WRITE_PATH = "write /pkg.Service/Method or /pkg.Service/*";

  private static final Pattern METHOD = Pattern.compile("[A-Z]+");

  private final List<Problem> problems;
  private final ApiAsks asks;
  private final boolean ignoresCase;

  /**
   * @param ignoresCase whether case is ignored, whatever an entry says
   */
  PathEntryReader(List<Problem> problems, ApiAsks asks, boolean ignoresCase) {
    this.problems = problems;
    this.asks = asks;
    this.ignoresCase = ignoresCase;
  }

  /**
   * Reads one.
   *
   * @param at the entry's path in the document
   */
  Entry read(Settings entry, String at) {
    var checks = new Checks(entry, at, problems);
    String path = entry.text("path");
    if (path.isEmpty()) {
      checks.error("path", "is empty, which would be every path", WRITE_PATH);
    }
    return new Entry(
        path,
        methods(entry, checks),
        ignoresCase || (entry.isSet("ignore_case") && entry.flag("ignore_case")),
        entry.origin("path"),
        ShapeReader.join(at, "path"));
  }

  private List<String> methods(Settings entry, Checks checks) {
    var methods = new ArrayList<String>(entry.members("method_actions").keySet());
    if (methods.isEmpty() && entry.says("method")) {
      methods.add(entry.text("method"));
    } else if (methods.isEmpty() && entry.isSet("method_actions")) {
      checks.error("method_actions", "is empty, so that it is for no method", "name methods");
    }
    for (String method : methods) {
      if (!METHOD.matcher(method).matches()) {
        checks.error(
            "method", "\"" + method + "\" is no method", "write it in capitals, gRPC has POST");
      }
    }
    entry.members("method_actions").forEach((method, action) -> action(method, action, checks));
    return methods;
  }

  private void action(String method, Json json, Checks checks) {
    String path = "method_actions." + method;
    String action =
        json instanceof Json.Obj object && object.get("action") instanceof Json.Text(_, String text)
            ? text
            : "";
    if (action.equals("reply")) {
      asks.feature(json.origin(), checks.full(path), "mock responses");
    } else if (!action.equals("no_action")) {
      checks.error(path, "has the unknown action \"" + action + "\"", "write no_action");
    }
  }
}
