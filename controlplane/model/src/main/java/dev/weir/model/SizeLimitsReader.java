package dev.weir.model;

import dev.weir.model.SizeLimits.PathSize;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads how large the requests of the one version of an API may be. */
final class SizeLimitsReader {
  private static final String LIST = "extended_paths.size_limits";
  private static final String ALL = "global_size_limit";
  private static final String SWITCH = "use_extended_paths";

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;

  SizeLimitsReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
  }

  /**
   * The limits; none where there is more than one version.
   *
   * @param ignoresCase whether the gateway's configuration has the case of paths ignored
   */
  SizeLimits read(boolean ignoresCase) {
    OneVersion one = OneVersion.of(settings);
    if (one == null) {
      return SizeLimits.NONE;
    }
    Settings version = one.settings();
    OptionalLong all = all(version, new Checks(version, one.place(), problems));
    if (version.isSet(SWITCH) && !version.flag(SWITCH)) {
      return new SizeLimits(all, List.of());
    }
    var entries =
        new PathEntryReader(problems, asks, ignoresCase || version.flag("ignore_endpoint_case"));
    return new SizeLimits(all, paths(one, entries));
  }

  /** As in Tyk, 0 is no limit. */
  private static OptionalLong all(Settings version, Checks checks) {
    if (version.flag(ALL + "_disabled")) {
      return OptionalLong.empty();
    }
    long bytes = version.number(ALL);
    if (bytes < 0) {
      checks.error(ALL, "is negative", "write how many bytes a request may have, 0 for any number");
    }
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  private List<PathSize> paths(OneVersion one, PathEntryReader entries) {
    var sizes = new ArrayList<PathSize>();
    List<Json> items = one.settings().items(LIST);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.SIZE_ENTRY, null);
        String at = ShapeReader.join(one.place(), LIST + "[" + i + "]");
        if (!entry.flag("disabled")) {
          long bytes = entry.number("size_limit");
          if (bytes <= 0) {
            new Checks(entry, at, problems)
                .error(
                    "size_limit",
                    "is " + bytes + ", which would let no request through",
                    "write how many bytes one may have");
          }
          sizes.add(new PathSize(entries.read(entry, at), bytes));
        }
      }
    }
    return sizes;
  }
}
