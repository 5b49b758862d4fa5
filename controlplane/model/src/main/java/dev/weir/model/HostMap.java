package dev.weir.model;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What holds for which hosts, as Tyk writes it: by {@code *}, {@code *.domain} for one label in
 * front of it, or a host, each with or without {@code :port}. Immutable.
 */
public final class HostMap<T> {
  private static final Pattern KEY =
      Pattern.compile(
          "(\\*|(\\*\\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9._])?"
              + "|\\[(?<address>[0-9a-f:.]+)(%[a-z0-9._-]+)?])(:(?<port>[0-9]{1,5}))?");

  private final Map<String, T> byHost = new LinkedHashMap<>();

  HostMap(Map<String, T> byHost) {
    byHost.forEach((key, value) -> this.byHost.put(canonical(key), value));
  }

  private static String canonical(String key) {
    int colon = key.lastIndexOf(':');
    return colon > key.lastIndexOf(']')
        ? host(key.substring(0, colon)) + key.substring(colon)
        : host(key);
  }

  /** Of the many forms of one address it is the one that Java writes. */
  private static String host(String written) {
    String host = CanonicalHost.of(written);
    return host.startsWith("[") ? address(host.substring(1, host.length() - 1)) : host;
  }

  private static String address(String text) {
    String address;
    try {
      address = InetAddress.ofLiteral(text).getHostAddress();
    } catch (IllegalArgumentException e) {
      address = text; // of an interface that this machine does not have
    }
    return address.indexOf(':') < 0 ? address : "[" + address + "]";
  }

  /** Whether a text may be the key of an entry that some host can find. */
  static boolean isKey(String text) {
    Matcher matcher = KEY.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return false;
    }
    String address = matcher.group("address");
    if (address != null && !isAddress(address)) {
      return false;
    }
    String port = matcher.group("port");
    return port == null || isPort(Integer.parseInt(port), port);
  }

  private static boolean isAddress(String text) {
    try {
      return text.indexOf(':') >= 0 && InetAddress.ofLiteral(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Ports are compared as texts, without zeros in front. */
  private static boolean isPort(int port, String text) {
    return port > 0 && port <= Checks.MAX_PORT && text.equals(String.valueOf(port));
  }

  /**
   * What holds for a host: the more specific entry before the others, of two alike the one with the
   * port.
   *
   * @param host with a final dot or without; an IPv6 address without brackets, which its entry has
   */
  public Optional<T> find(String host, int port) {
    String name = host.indexOf(':') < 0 ? CanonicalHost.of(host) : address(host);
    int dot = name.indexOf('.');
    String wildcard = dot < 0 ? "*" : "*" + name.substring(dot);
    return Stream.of(name, wildcard, "*")
        .flatMap(key -> Stream.of(key + ":" + port, key))
        .map(byHost::get)
        .filter(Objects::nonNull)
        .findFirst();
  }

  @Override
  public String toString() {
    return byHost.toString();
  }

  /** Every value, in the order of the document. */
  public Stream<T> values() {
    return byHost.values().stream();
  }
}
