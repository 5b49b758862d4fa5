package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.listener.ClientDemand;
import dev.weir.listener.ClientTrust;
import dev.weir.listener.ServerNames;
import dev.weir.route.HostPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What handshakes on a port demand, by the host that the client means: what the APIs want together
 * that its calls may come to, in the order in which routes are looked for. An API that has all
 * paths of a host leaves none to those behind it; one that is for the hosts which match an
 * expression leaves them the others of the same name. For one use.
 */
final class HostDemands {
  /**
   * Addresses (RFC 6066, 3), and what clients in Java do not send: names without a dot, and those
   * with an underscore, or a hyphen where a label begins or ends.
   */
  private static final Pattern NO_SERVER_NAME =
      Pattern.compile("\\[.*|[^.]+|(\\*|[0-9]+)(\\.[0-9]+){3}|.*_.*|(.*\\.)?-.*|.*-(\\..*)?");

  private static final Set<String> ANY_HOST = Set.of("{:.+}", "{:.*}");

  /** By the host, of which the first label may be an asterisk. */
  private final Map<String, List<Served>> named = new LinkedHashMap<>();

  /** Those with an expression for the first label, by the host with an asterisk in its place. */
  private final Map<String, List<Served>> labelled = new LinkedHashMap<>();

  private final List<Served> ofWholeHosts = new ArrayList<>();
  private final List<Served> ofAnyHost = new ArrayList<>();
  private boolean guarded;

  /**
   * An API on a host.
   *
   * @param pattern what the host has to match; null where its name says all
   * @param trust whom it asks for; null for nobody
   */
  private record Served(
      String host, @Nullable HostPattern pattern, boolean allPaths, @Nullable ClientTrust trust) {

    /** Whether it takes calls to a host of its name. */
    boolean isFor(String meant) {
      int end = HostPattern.isOfWholeHost(host) ? meant.length() : meant.indexOf('.');
      return pattern == null || pattern.matches(meant.substring(0, end).getBytes(UTF_8));
    }
  }

  /** What several APIs want together. */
  private static final class Wants {
    private final Set<ClientTrust> trusts = new LinkedHashSet<>();
    private boolean open;

    /** Adds what these want; tells whether one of them has all paths. */
    boolean add(Iterable<Served> apis) {
      boolean allPaths = false;
      for (Served api : apis) {
        allPaths |= add(api);
      }
      return allPaths;
    }

    /** The same of those that take calls to the host. */
    boolean add(Iterable<Served> apis, String host) {
      boolean allPaths = false;
      for (Served api : apis) {
        allPaths |= api.isFor(host) && add(api);
      }
      return allPaths;
    }

    private boolean add(Served api) {
      if (api.trust() == null) {
        open = true;
      } else {
        trusts.add(api.trust());
      }
      return api.allPaths();
    }

    ClientDemand together() {
      if (trusts.isEmpty()) {
        return new ClientDemand.None();
      }
      return open || trusts.stream().anyMatch(ClientTrust::isOfAnybody)
          ? new ClientDemand.Asked()
          : new ClientDemand.Required(ClientTrust.anyOf(List.copyOf(trusts)));
    }
  }

  /**
   * An API is served.
   *
   * @param host as routes name it; empty for any
   * @param trust whom it asks for; null for nobody
   */
  void add(String host, String listenPath, @Nullable ClientTrust trust) {
    HostPattern pattern = HostPatterns.isPattern(host) ? HostPatterns.of(host) : null;
    place(host).add(new Served(host, pattern, listenPath.equals("/"), trust));
    guarded |= trust != null;
  }

  private List<Served> place(String host) {
    if (HostPattern.isOfWholeHost(host)) {
      return ofWholeHosts;
    }
    if (HostPatterns.isPattern(host)) {
      String name = "*" + host.substring(host.lastIndexOf('}') + 1);
      return labelled.computeIfAbsent(name, _ -> new ArrayList<>());
    }
    return host.isEmpty() ? ofAnyHost : named.computeIfAbsent(host, _ -> new ArrayList<>());
  }

  /** By the host, as in certificates, or {@link ServerNames#OTHERS}. */
  Map<String, ClientDemand> all() {
    Map<String, ClientDemand> demands = new HashMap<>();
    if (!guarded) {
      return demands;
    }
    named.keySet().forEach(name -> demands.put(name, demand(name)));
    labelled.keySet().forEach(name -> demands.computeIfAbsent(name, this::demand));
    demands.put(ServerNames.OTHERS, demandOfOthers());
    return demands;
  }

  private ClientDemand demand(String name) {
    return name.startsWith("*") ? demandOfWildcard(name) : demandOfHost(name);
  }

  private ClientDemand demandOfHost(String host) {
    String wildcard = host.indexOf('.') < 0 ? ServerNames.OTHERS : ServerNames.wildcard(host);
    Wants wants = new Wants();
    for (List<Served> kind :
        List.of(
            at(named, host),
            at(labelled, wildcard),
            at(named, wildcard),
            ofWholeHosts,
            ofAnyHost)) {
      if (wants.add(kind, host)) {
        break;
      }
    }
    return wants.together();
  }

  /** Any host of this name may be meant that has no demand of its own. */
  private ClientDemand demandOfWildcard(String wildcard) {
    Wants wants = new Wants();
    wants.add(at(labelled, wildcard));
    if (!wants.add(at(named, wildcard))) {
      wants.add(ofWholeHosts);
      wants.add(ofAnyHost);
    }
    return wants.together();
  }

  /** Clients that name no host may mean any, or one that they could not have named. */
  private ClientDemand demandOfOthers() {
    Wants wants = new Wants();
    wants.add(ofWholeHosts);
    wants.add(ofAnyHost);
    boolean some = ofAnyHost.isEmpty() && !ofWholeHosts.isEmpty();
    Stream.of(named, labelled)
        .flatMap(byName -> byName.entrySet().stream())
        .filter(apis -> some || NO_SERVER_NAME.matcher(apis.getKey()).matches())
        .forEach(apis -> wants.add(apis.getValue()));
    ClientDemand demand = wants.together();
    return demand.asks() && !isForAny() ? new ClientDemand.Asked() : demand;
  }

  /** Whether there is an API for whatever host is meant, be it one that nobody has named. */
  private boolean isForAny() {
    return !ofAnyHost.isEmpty()
        || ofWholeHosts.stream().anyMatch(api -> ANY_HOST.contains(api.host()));
  }

  private static List<Served> at(Map<String, List<Served>> byName, String name) {
    return byName.getOrDefault(name, List.of());
  }
}
