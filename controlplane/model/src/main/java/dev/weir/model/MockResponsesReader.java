package dev.weir.model;

import dev.weir.model.MockResponses.Mock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what the one version of an API answers by itself. */
final class MockResponsesReader {
  private static final String LIST = "extended_paths.mock_response";
  private static final String SWITCH = "use_extended_paths";
  private static final int OK = 200;
  private static final List<Integer> WITHOUT_BODY = List.of(204, 205, 304);

  private static final Pattern NAME = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

  /** What a message is delimited by, or a connection, or what is the gateway's own to say. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "grpc-(?!status$|message$).*|content-length|te|trailer|transfer-encoding|connection"
              + "|keep-alive|proxy-connection|upgrade");

  private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?|");
  private static final Pattern GRPC_STATUS = Pattern.compile("[0-9]|1[0-6]");

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;

  MockResponsesReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
  }

  /**
   * The answers; none where there is more than one version.
   *
   * @param ignoresCase whether the gateway's configuration has the case of paths ignored
   */
  MockResponses read(boolean ignoresCase) {
    OneVersion one = OneVersion.of(settings);
    if (one == null || (one.settings().isSet(SWITCH) && !one.settings().flag(SWITCH))) {
      return MockResponses.NONE;
    }
    Settings version = one.settings();
    boolean eitherCase = ignoresCase || version.flag("ignore_endpoint_case");
    var paths = new PathEntryReader(problems, asks, eitherCase);
    var mocks = new ArrayList<Mock>();
    List<Json> items = version.items(LIST);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.MOCK_ENTRY, null);
        String at = ShapeReader.join(one.place(), LIST + "[" + i + "]");
        if (!entry.flag("disabled")) {
          PathLists.Entry ofEntry = paths.read(entry, at);
          mocks.add(mock(entry, "body", ofEntry, new Checks(entry, at, problems)));
        }
      }
    }
    if (version.flag(SWITCH)) {
      replies(one, "ignored", eitherCase, mocks);
    }
    replies(one, "white_list", eitherCase, mocks);
    return new MockResponses(mocks);
  }

  /** What entries of a list of paths answer; their paths have been checked by its reader. */
  private void replies(OneVersion one, String list, boolean eitherCase, List<Mock> into) {
    var paths = new PathEntryReader(new ArrayList<>(), new ApiAsks(new ArrayList<>()), eitherCase);
    List<Json> items = one.settings().items("extended_paths." + list);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.PATH_ENTRY, null);
        String at =
            ShapeReader.join(one.place(), "extended_paths." + list + "[" + i + "].method_actions");
        PathLists.Entry whole = paths.readWithReplies(entry, at);
        if (!entry.flag("disabled")) {
          entry
              .members("method_actions")
              .forEach((method, json) -> {
                if (PathEntryReader.action(json).equals(PathEntryReader.REPLY)) {
                  into.add(reply(whole, method, json, ShapeReader.join(at, method)));
                }
              });
        }
      }
    }
  }

  private Mock reply(PathLists.Entry whole, String method, Json json, String at) {
    var action = new Settings((Json.Obj) json, ApiKeys.METHOD_ACTION, null);
    var paths =
        new PathLists.Entry(
            whole.path(), List.of(method), whole.ignoresCase(), whole.origin(), whole.place());
    return mock(action, "data", paths, new Checks(action, at, problems));
  }

  private static Mock mock(Settings entry, String bodyField, PathLists.Entry paths, Checks checks) {
    int code = entry.says("code") ? entry.integer("code") : OK;
    if (code < OK || code > 599) {
      checks.error("code", code + " is no status of an answer", "write 200 to 599");
    }
    String body = entry.text(bodyField);
    if (!body.isEmpty() && WITHOUT_BODY.contains(code)) {
      checks.error(bodyField, "is not sent with the code " + code, "leave it out");
    }
    var mock = new Mock(paths, code, body, headers(entry, checks));
    if (mock.isGrpc() && (code != OK || !isBase64(body))) {
      checks.error(
          code == OK ? bodyField : "code",
          "is not that of an answer of gRPC",
          "write the message in base64, the code 200 and a status in grpc-status");
    }
    return mock;
  }

  private static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Map<String, String> headers(Settings entry, Checks checks) {
    var headers = new LinkedHashMap<String, String>();
    entry
        .textMap("headers")
        .forEach((written, value) -> {
          String name = written.toLowerCase(Locale.ROOT);
          String path = "headers." + written;
          if (!NAME.matcher(name).matches() || NEEDED.matcher(name).matches()) {
            checks.error(path, "is not for an answer to have", "leave it out");
          } else if (!VALUE.matcher(value).matches()) {
            checks.error(path, "is no value of a field", "write printable ASCII");
          } else if (name.equals("grpc-status") && !GRPC_STATUS.matcher(value).matches()) {
            checks.error(path, "is no status of gRPC", "write a number from 0 to 16");
          } else if (name.endsWith("-bin") && !isBase64(value)) {
            checks.error(path, "is not base64, as metadata with -bin is", "encode it");
          } else {
            headers.put(name, value);
          }
        });
    return headers;
  }
}
