package dev.weir.model;

import dev.weir.model.HardTimeouts.PathTimeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads how long the calls of the one version of an API may take. */
final class HardTimeoutsReader {
  private static final String LIST = "extended_paths.hard_timeouts";
  private static final String ALL = "global_enforce_timeout";
  private static final String SWITCH = "use_extended_paths";

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;

  HardTimeoutsReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
  }

  /**
   * The time-outs; none where there is more than one version.
   *
   * @param ignoresCase whether the gateway's configuration has the case of paths ignored
   */
  HardTimeouts read(boolean ignoresCase) {
    OneVersion one = OneVersion.of(settings);
    if (one == null) {
      return HardTimeouts.NONE;
    }
    Settings version = one.settings();
    Optional<Duration> all =
        version.flag(ALL + "_disabled")
            ? Optional.empty()
            : duration(version, new Checks(version, one.place(), problems), ALL);
    if (version.isSet(SWITCH) && !version.flag(SWITCH)) {
      return new HardTimeouts(all, List.of());
    }
    var entries =
        new PathEntryReader(problems, asks, ignoresCase || version.flag("ignore_endpoint_case"));
    return new HardTimeouts(all, paths(one, entries));
  }

  private List<PathTimeout> paths(OneVersion one, PathEntryReader entries) {
    var timeouts = new ArrayList<PathTimeout>();
    List<Json> items = one.settings().items(LIST);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.TIMEOUT_ENTRY, null);
        String at = ShapeReader.join(one.place(), LIST + "[" + i + "]");
        if (!entry.flag("disabled")) {
          PathLists.Entry paths = entries.read(entry, at);
          timeouts.add(new PathTimeout(paths, timeout(entry, new Checks(entry, at, problems))));
        }
      }
    }
    return timeouts;
  }

  /** As in Tyk, {@code duration} comes before {@code timeout}, which has seconds. */
  private Optional<Duration> timeout(Settings entry, Checks checks) {
    if (entry.says("duration")) {
      return duration(entry, checks, "duration");
    }
    Duration seconds = checks.seconds("timeout");
    return seconds.isPositive() ? Optional.of(seconds) : Optional.empty();
  }

  /** None is no time-out; an OAS document says so by its switch. */
  private Optional<Duration> duration(Settings part, Checks checks, String path) {
    String text = part.text(path);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong nanos = GoDuration.nanos(text);
    if (nanos.isEmpty() || nanos.getAsLong() < (settings.isOfOas() ? 1 : 0)) {
      checks.error(path, "\"" + text + "\" is no span of time", "write it as 1m30s or 500ms");
      return Optional.empty();
    }
    return nanos.getAsLong() == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.getAsLong()));
  }
}
