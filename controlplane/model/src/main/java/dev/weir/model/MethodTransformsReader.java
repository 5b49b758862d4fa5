package dev.weir.model;

import java.util.ArrayList;
import java.util.List;

/** Reads by which methods of HTTP paths of the one version of an API are called. */
final class MethodTransformsReader {
  private static final String LIST = "extended_paths.method_transforms";
  private static final String SWITCH = "use_extended_paths";
  private static final String TO = "to_method";

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;

  MethodTransformsReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
  }

  /**
   * The methods; none where there is more than one version.
   *
   * @param ignoresCase whether the gateway's configuration has the case of paths ignored
   */
  MethodTransforms read(boolean ignoresCase) {
    OneVersion one = OneVersion.of(settings);
    if (one == null || (one.settings().isSet(SWITCH) && !one.settings().flag(SWITCH))) {
      return MethodTransforms.NONE;
    }
    Settings version = one.settings();
    var paths =
        new PathEntryReader(problems, asks, ignoresCase || version.flag("ignore_endpoint_case"));
    var toPost = new ArrayList<PathLists.Entry>();
    List<Json> items = version.items(LIST);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.METHOD_ENTRY, null);
        String at = ShapeReader.join(one.place(), LIST + "[" + i + "]");
        if (!entry.flag("disabled")) {
          if (!entry.text(TO).equals("POST")) {
            new Checks(entry, at, problems)
                .error(TO, "is not POST, by which servers of gRPC are called", "write POST");
          }
          toPost.add(paths.read(entry, at));
        }
      }
    }
    return new MethodTransforms(toPost);
  }
}
