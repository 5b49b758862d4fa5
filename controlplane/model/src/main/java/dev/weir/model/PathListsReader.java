package dev.weir.model;

import dev.weir.model.PathLists.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the lists of paths of the one version of an API: {@code extended_paths}, or {@code paths}
 * where {@code use_extended_paths} is not on. Tyk takes the latter also where that switch was left
 * out; here what restricts counts in both then, and what opens only where Tyk has it.
 */
final class PathListsReader {
  private static final String EXTENDED = "extended_paths.";
  private static final String OLD = "paths.";
  private static final String SWITCH = "use_extended_paths";

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;

  PathListsReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
  }

  /**
   * The lists; none where there is more than one version, which is refused elsewhere.
   *
   * @param ignoresCase whether the gateway's configuration has case ignored everywhere
   */
  PathLists read(boolean ignoresCase) {
    OneVersion version = OneVersion.of(settings);
    return version == null ? PathLists.NONE : new OfVersion(version, ignoresCase).read();
  }

  /** The lists of a version. */
  private final class OfVersion {
    private final Settings version;
    private final String place;
    private final Checks checks;
    private final boolean ignoresCase;
    private final PathEntryReader reader;

    OfVersion(OneVersion one, boolean ignoresCase) {
      this.version = one.settings();
      this.place = one.place();
      this.checks = new Checks(version, place, problems);
      this.ignoresCase = ignoresCase || version.flag("ignore_endpoint_case");
      this.reader = new PathEntryReader(problems, asks, this.ignoresCase);
    }

    PathLists read() {
      boolean extendedOff = version.isSet(SWITCH) && !version.flag(SWITCH);
      List<Entry> ignored = version.flag(SWITCH) ? extended("ignored") : old("ignored");
      if (!version.isSet(SWITCH) && !version.live(EXTENDED + "ignored").isEmpty()) {
        checks.warning(
            EXTENDED + "ignored", "has no effect without " + SWITCH + ", as in Tyk", "set it");
      }
      List<Entry> allowed = restricting("white_list", extendedOff);
      return new PathLists(
          allowed.isEmpty() ? Optional.empty() : Optional.of(allowed),
          restricting("black_list", extendedOff),
          ignored);
    }

    private List<Entry> restricting(String list, boolean extendedOff) {
      List<Entry> old = version.flag(SWITCH) ? List.of() : old(list);
      List<Entry> extended = extendedOff ? List.of() : extended(list);
      if (!old.isEmpty() && !extended.isEmpty()) {
        checks.error(
            OLD + list,
            "is there beside " + EXTENDED + list,
            "set " + SWITCH + " to say which of them counts");
      }
      return old.isEmpty() ? extended : old;
    }

    private List<Entry> old(String list) {
      var entries = new ArrayList<Entry>();
      for (Json item : version.items(OLD + list)) {
        if (item instanceof Json.Text(Origin at, String path)) {
          String where = checks.full(OLD + list);
          if (path.isEmpty()) {
            problems.add(
                at.error(where, "is empty, which would be every path", PathEntryReader.WRITE_PATH));
          } else {
            entries.add(new Entry(path, List.of(), ignoresCase, at, where));
          }
        }
      }
      return entries;
    }

    private List<Entry> extended(String list) {
      var entries = new ArrayList<Entry>();
      List<Json> items = version.items(EXTENDED + list);
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof Json.Obj object) {
          var entry = new Settings(object, ApiKeys.PATH_ENTRY, null);
          if (!entry.flag("disabled")) {
            String at = checks.full(EXTENDED + list + "[" + i + "]");
            entries.add(
                list.equals("black_list")
                    ? reader.read(entry, at)
                    : reader.readWithReplies(entry, at));
          }
        }
      }
      return entries;
    }
  }
}
