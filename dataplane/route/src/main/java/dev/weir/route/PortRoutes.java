package dev.weir.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The routes of one port: an immutable table from host and path to an action. */
final class PortRoutes<A> {

  private final ByteTable<PathTable<A>> exactHosts;

  /** Keyed by what follows the asterisk: ".example.com" for "*.example.com". */
  private final ByteTable<PathTable<A>> wildcardHosts;

  /** Keyed by what follows the pattern. */
  private final ByteTable<List<Labelled<A>>> patternHosts;

  private final WholeHosts<A> wholeHosts;
  private final PathTable<A> anyHost;

  /** The paths of hosts whose first label matches, by the host that a route names. */
  private record Labelled<A>(String host, HostPattern label, PathTable<A> paths) {}

  /** Makes the table of paths by canonical host; any host is "". */
  private PortRoutes(
      Map<String, PathTable.Builder<A>> byHost, Function<String, HostPattern> hostPatterns) {
    List<byte[]> exact = new ArrayList<>();
    List<PathTable<A>> ofExact = new ArrayList<>();
    List<byte[]> wildcard = new ArrayList<>();
    List<PathTable<A>> ofWildcard = new ArrayList<>();
    Map<String, List<Labelled<A>>> patterns = new HashMap<>();
    List<WholeHosts.Place<A>> whole = new ArrayList<>();
    PathTable<A> any = PathTable.empty();
    for (Map.Entry<String, PathTable.Builder<A>> entry : byHost.entrySet()) {
      String host = entry.getKey();
      PathTable<A> paths = entry.getValue().build();
      if (host.isEmpty()) {
        any = paths;
      } else if (isWildcard(host)) {
        wildcard.add(suffix(host));
        ofWildcard.add(paths);
      } else if (HostPattern.isOfWholeHost(host)) {
        whole.add(new WholeHosts.Place<>(host, hostPatterns.apply(host), paths));
      } else if (Hosts.patternEnd(host) > 0) {
        patterns
            .computeIfAbsent(host.substring(Hosts.patternEnd(host)), _ -> new ArrayList<>())
            .add(new Labelled<>(host, hostPatterns.apply(host), paths));
      } else {
        exact.add(host.getBytes(UTF_8));
        ofExact.add(paths);
      }
    }
    exactHosts = new ByteTable<>(exact, ofExact, true);
    wildcardHosts = new ByteTable<>(wildcard, ofWildcard, true);
    patternHosts = patternTable(patterns);
    wholeHosts = new WholeHosts<>(whole);
    anyHost = any;
  }

  /** The longest first, as the one that says the most. */
  private static <A> ByteTable<List<Labelled<A>>> patternTable(
      Map<String, List<Labelled<A>>> bySuffix) {
    List<byte[]> suffixes = new ArrayList<>();
    List<List<Labelled<A>>> labelled = new ArrayList<>();
    bySuffix.forEach((suffix, here) -> {
      here.sort(
          Comparator.comparingInt((Labelled<A> one) -> -one.host().length())
              .thenComparing(Labelled::host));
      suffixes.add(suffix.getBytes(UTF_8));
      labelled.add(List.copyOf(here));
    });
    return new ByteTable<>(suffixes, labelled, true);
  }

  private static boolean isWildcard(String host) {
    return host.startsWith("*.");
  }

  private static byte[] suffix(String wildcard) {
    return wildcard.substring(1).getBytes(UTF_8);
  }

  /** The paths of a canonical host, or of any host for ""; null for none. */
  private @Nullable PathTable<A> paths(String host) {
    if (host.isEmpty()) {
      return anyHost;
    }
    if (HostPattern.isOfWholeHost(host)) {
      return wholeHosts.paths(host);
    }
    if (Hosts.patternEnd(host) > 0) {
      return ofPattern(host);
    }
    return isWildcard(host)
        ? wildcardHosts.get(suffix(host))
        : exactHosts.get(host.getBytes(UTF_8));
  }

  private @Nullable PathTable<A> ofPattern(String host) {
    List<Labelled<A>> here =
        patternHosts.get(host.substring(Hosts.patternEnd(host)).getBytes(UTF_8));
    return here == null
        ? null
        : here.stream()
            .filter(one -> one.host().equals(host))
            .map(Labelled::paths)
            .findFirst()
            .orElse(null);
  }

  boolean hasWholeHosts() {
    return !wholeHosts.isEmpty();
  }

  /**
   * The action for a call, or null.
   *
   * @param known keeps what is found out about the authority; null where that is asked once
   */
  @Nullable A match(byte[] authority, byte[] path, @Nullable HostMatches known) {
    int hostEnd = Hosts.end(authority);
    A action = matchIn(exactHosts, authority, 0, hostEnd, path);
    if (action == null) {
      action = matchPattern(authority, hostEnd, path);
    }
    if (action == null) {
      action = matchWildcard(authority, hostEnd, path);
    }
    if (action == null && !wholeHosts.isEmpty()) {
      HostMatches matches = known == null ? new HostMatches() : known;
      action = wholeHosts.match(matches, authority, hostEnd, path);
    }
    return action != null ? action : anyHost.longestMatch(path);
  }

  private @Nullable A matchPattern(byte[] authority, int hostEnd, byte[] path) {
    int dot = patternHosts.isEmpty() ? -1 : Hosts.firstDot(authority, hostEnd);
    List<Labelled<A>> here =
        dot < 0
            ? null
            : patternHosts.get(authority, dot, hostEnd, ByteTable.hash(authority, dot, hostEnd));
    if (here == null) {
      return null;
    }
    byte[] label = Arrays.copyOf(authority, dot);
    for (Labelled<A> one : here) {
      A action = one.label().matches(label) ? one.paths().longestMatch(path) : null;
      if (action != null) {
        return action;
      }
    }
    return null;
  }

  private @Nullable A matchWildcard(byte[] authority, int hostEnd, byte[] path) {
    int dot = wildcardHosts.isEmpty() ? -1 : Hosts.firstDot(authority, hostEnd);
    return dot < 0 ? null : matchIn(wildcardHosts, authority, dot, hostEnd, path);
  }

  private static <A> @Nullable A matchIn(
      ByteTable<PathTable<A>> hosts, byte[] authority, int from, int to, byte[] path) {
    if (hosts.isEmpty() || to - from > hosts.longestKey()) {
      return null;
    }
    PathTable<A> paths = hosts.get(authority, from, to, ByteTable.hash(authority, from, to));
    return paths == null ? null : paths.longestMatch(path);
  }

  /** Collects the routes of one port; for one thread. */
  static final class Builder<A> {
    private final @Nullable PortRoutes<A> before;
    private final Function<String, HostPattern> patterns;
    private final Map<String, PathTable.Builder<A>> byHost = new HashMap<>();

    Builder(@Nullable PortRoutes<A> before, Function<String, HostPattern> patterns) {
      this.before = before;
      this.patterns = patterns;
    }

    /** The paths of a canonical host, or of any host for "". */
    PathTable.Builder<A> paths(String host) {
      return byHost.computeIfAbsent(
          host, _ -> new PathTable.Builder<>(before == null ? null : before.paths(host)));
    }

    Collection<PathTable.Builder<A>> all() {
      return byHost.values();
    }

    PortRoutes<A> build() {
      return new PortRoutes<>(byHost, patterns);
    }
  }
}
