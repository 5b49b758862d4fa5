package dev.weir.model;

import dev.weir.model.PathLists.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads for which paths and methods an entry of {@code extended_paths} is. */
final class PathEntryReader {
  static final String WRITE_PATH = "write /pkg.Service/Method or /pkg.Service/*";

  /** The action that answers in the place of a server. */
  static final String REPLY = "reply";

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
   * Reads one of a list that nothing is answered by.
   *
   * @param at the entry's path in the document
   */
  Entry read(Settings entry, String at) {
    entry
        .members("method_actions")
        .forEach((method, action) -> {
          if (action(action).equals(REPLY)) {
            asks.feature(
                action.origin(),
                ShapeReader.join(at, "method_actions." + method),
                "mock responses of such a list");
          }
        });
    return readWithReplies(entry, at);
  }

  /** Reads one of a list by which calls may be answered. */
  Entry readWithReplies(Settings entry, String at) {
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
    entry.members("method_actions").forEach((method, action) -> check(method, action, checks));
    return methods;
  }

  private static void check(String method, Json json, Checks checks) {
    String action = action(json);
    if (!action.equals(REPLY) && !action.equals("no_action")) {
      checks.error(
          "method_actions." + method,
          "has the unknown action \"" + action + "\"",
          "write no_action or reply");
    }
  }

  /** What is done by a member of {@code method_actions}. */
  static String action(Json json) {
    return json instanceof Json.Obj object
            && object.get("action") instanceof Json.Text(_, String text)
        ? text
        : "";
  }
}
