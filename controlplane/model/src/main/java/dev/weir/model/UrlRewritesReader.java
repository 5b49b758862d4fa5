package dev.weir.model;

import dev.weir.model.UrlRewrites.Condition;
import dev.weir.model.UrlRewrites.Destination;
import dev.weir.model.UrlRewrites.Expression;
import dev.weir.model.UrlRewrites.Kind;
import dev.weir.model.UrlRewrites.Rewrite;
import dev.weir.model.UrlRewrites.Trigger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads where the calls of the one version of an API go in place of their paths. */
final class UrlRewritesReader {
  private static final String LIST = "extended_paths.url_rewrites";
  private static final String SWITCH = "use_extended_paths";
  private static final String ON = "on";
  private static final String TO = "rewrite_to";

  private final Settings settings;
  private final List<Problem> problems;
  private final ApiAsks asks;
  private final DestinationReader destinations;

  UrlRewritesReader(Settings settings, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.problems = problems;
    this.asks = asks;
    this.destinations = new DestinationReader(problems, asks);
  }

  /**
   * The rewrites; none where there is more than one version.
   *
   * @param ignoresCase whether the gateway's configuration has the case of paths ignored
   */
  UrlRewrites read(boolean ignoresCase) {
    OneVersion one = OneVersion.of(settings);
    if (one == null || (one.settings().isSet(SWITCH) && !one.settings().flag(SWITCH))) {
      return UrlRewrites.NONE;
    }
    Settings version = one.settings();
    var paths =
        new PathEntryReader(problems, asks, ignoresCase || version.flag("ignore_endpoint_case"));
    var rewrites = new ArrayList<Rewrite>();
    List<Json> items = version.items(LIST);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.REWRITE_ENTRY, null);
        String at = ShapeReader.join(one.place(), LIST + "[" + i + "]");
        if (!entry.flag("disabled")) {
          add(entry, at, paths.read(entry, at), rewrites);
        }
      }
    }
    return new UrlRewrites(rewrites);
  }

  private void add(Settings entry, String at, PathLists.Entry paths, List<Rewrite> into) {
    var checks = new Checks(entry, at, problems);
    if (entry.text("match_pattern").isEmpty()) {
      checks.error("match_pattern", "is empty", "write .* for every path");
    }
    Destination to = destination(entry, checks);
    List<Trigger> triggers = triggers(entry, at);
    if (to != null) {
      into.add(new Rewrite(paths, expression(entry, "match_pattern", at), triggers, to));
    }
  }

  private @Nullable Destination destination(Settings part, Checks checks) {
    String text = part.text(TO);
    if (text.isEmpty()) {
      checks.error(TO, "is empty", DestinationReader.WRITE);
      return null;
    }
    return destinations.read(text, part.origin(TO), checks.full(TO));
  }

  private List<Trigger> triggers(Settings entry, String at) {
    var triggers = new ArrayList<Trigger>();
    List<Json> items = entry.items("triggers");
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var trigger = new Settings(object, ApiKeys.TRIGGER, null);
        String place = ShapeReader.join(at, "triggers[" + i + "]");
        Destination to = destination(trigger, new Checks(trigger, place, problems));
        List<Condition> conditions = conditions(trigger, place);
        if (to != null) {
          triggers.add(new Trigger(!trigger.text(ON).equals("any"), conditions, to));
        }
      }
    }
    return triggers;
  }

  private List<Condition> conditions(Settings trigger, String place) {
    var checks = new Checks(trigger, place, problems);
    String on = trigger.text(ON);
    if (!on.isEmpty() && !on.equals("all") && !on.equals("any")) {
      checks.error(ON, "\"" + on + "\" is unknown", "write all or any");
    }
    String payload = "options.payload_matches";
    if (trigger.says(payload + ".match_rx")) {
      asks.feature(trigger.origin(payload), checks.full(payload), "URL rewrites by payload");
    }
    var conditions = new ArrayList<Condition>();
    for (Kind kind : Kind.values()) {
      String options = "options." + kind.label();
      trigger
          .members(options)
          .forEach((name, json) -> {
            if (json instanceof Json.Obj option) {
              conditions.add(
                  condition(kind, name, option, ShapeReader.join(place, options + "." + name)));
            }
          });
    }
    if (conditions.isEmpty() && !trigger.says(payload)) {
      checks.error("options", "has nothing that a call could have", "leave the trigger out");
    }
    return conditions;
  }

  private Condition condition(Kind kind, String name, Json.Obj json, String place) {
    var option = new Settings(json, ApiKeys.MATCH, null);
    if (kind == Kind.CONTEXT
        && HeaderValue.context(name) instanceof HeaderValue.Unknown(String unknown)) {
      asks.feature(json.origin(), place, "the variable " + unknown);
    }
    return new Condition(kind, name, expression(option, "match_rx", place), option.flag("reverse"));
  }

  private static Expression expression(Settings part, String path, String at) {
    return new Expression(part.text(path), part.origin(path), ShapeReader.join(at, path));
  }
}
