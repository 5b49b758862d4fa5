package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which custom ports APIs may open ({@code ports_whitelist}, {@code disable_ports_whitelist}). The
 * protocol's text is compared exactly: an entry for {@code http} does not open a port for {@code
 * h2c}.
 *
 * @param disabled every port may be opened
 * @param rules by protocol text: {@code http}, {@code https}, {@code h2c}, {@code tcp}, {@code tls}
 */
public record PortWhitelist(boolean disabled, Map<String, List<PortRange>> rules) {

  public PortWhitelist {
    rules = Map.copyOf(rules);
  }

  /** Whether an API with this protocol text may open this port. */
  public boolean allows(String protocol, int port) {
    return disabled
        || rules.getOrDefault(protocol, List.of()).stream().anyMatch(range -> range.contains(port));
  }

  /**
   * The same list with one more port, as for the main port and the control port under {@code http}.
   */
  public PortWhitelist with(String protocol, int port) {
    var more = new LinkedHashMap<>(rules);
    more.merge(protocol, List.of(new PortRange(port, port)), PortWhitelist::joined);
    return new PortWhitelist(disabled, more);
  }

  private static List<PortRange> joined(List<PortRange> some, List<PortRange> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }
}
