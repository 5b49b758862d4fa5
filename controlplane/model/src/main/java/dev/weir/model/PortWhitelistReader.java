package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code ports_whitelist}: by protocol, a list of ports and a list of ranges. */
final class PortWhitelistReader {

  private static final String PATH = "ports_whitelist";

  private final List<Problem> problems;

  PortWhitelistReader(List<Problem> problems) {
    this.problems = problems;
  }

  PortWhitelist read(Settings settings) {
    var rules = new LinkedHashMap<String, List<PortRange>>();
    settings
        .members(PATH)
        .forEach((protocol, json) -> {
          checkProtocol(protocol, json);
          rules.put(protocol, ranges(PATH + "." + protocol, json));
        });
    return new PortWhitelist(settings.flag("disable_ports_whitelist"), rules);
  }

  private void checkProtocol(String protocol, Json json) {
    List<String> known = Stream.of(ApiProtocol.values()).map(ApiProtocol::label).toList();
    if (!known.contains(protocol)) {
      problems.add(
          json.origin()
              .warning(
                  PATH + "." + protocol,
                  "unknown protocol, no API can have it",
                  "known are " + String.join(", ", known)));
    }
  }

  private List<PortRange> ranges(String path, Json json) {
    Stream<PortRange> ports =
        items(json, "ports").map(port -> range(path + ".ports", port, number(port), number(port)));
    Stream<PortRange> spans =
        items(json, "ranges")
            .map(span -> range(path + ".ranges", span, member(span, "from"), member(span, "to")));
    return Stream.concat(ports, spans).filter(Objects::nonNull).toList();
  }

  private static Stream<Json> items(Json json, String name) {
    return json instanceof Json.Obj object && object.get(name) instanceof Json.Arr array
        ? array.items().stream()
        : Stream.empty();
  }

  private @Nullable PortRange range(String path, Json written, long from, long to) {
    if (from < 1 || to > Checks.MAX_PORT || from > to) {
      String what =
          written instanceof Json.Num
              ? from + " is not a port, 1 to " + Checks.MAX_PORT + " is needed"
              : from + " to " + to + " is not a range of ports";
      problems.add(written.origin().error(path, what, null));
      return null;
    }
    return new PortRange((int) from, (int) to);
  }

  private static long member(Json json, String name) {
    Json value = json instanceof Json.Obj object ? object.get(name) : null;
    return value == null ? 0 : number(value);
  }

  private static long number(Json json) {
    return json instanceof Json.Num(_, String literal) ? Long.parseLong(literal) : 0;
  }
}
