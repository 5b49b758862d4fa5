package dev.weir.model;

/**
 * Where calls are sent, taken apart from a URL.
 *
 * @param host name or address, lower case; an IPv6 address without brackets
 * @param port the scheme's own when the URL names none
 * @param pathPrefix put before the call's path; empty or starting with a slash, never ending with
 *     one
 */
public record Target(Scheme scheme, String host, int port, String pathPrefix) {

  /** What a target speaks. */
  public enum Scheme {
    H2C("h2c", 80),
    HTTP("http", 80),
    HTTPS("https", 443),
    WS("ws", 80),
    WSS("wss", 443),
    TCP("tcp", 0),
    TLS("tls", 0),
    TYK("tyk", 0);

    private final String label;
    private final int defaultPort;

    Scheme(String label, int defaultPort) {
      this.label = label;
      this.defaultPort = defaultPort;
    }

    /** The text before {@code ://}. */
    public String label() {
      return label;
    }

    /** The port when the URL names none; 0 when it has to. */
    int defaultPort() {
      return defaultPort;
    }

    /** Whether this build can call it. */
    public boolean isSupported() {
      return this == H2C || this == HTTPS;
    }
  }

  /** Host and port as they stand in {@code :authority}. */
  public String authority() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  @Override
  public String toString() {
    return scheme.label() + "://" + authority() + pathPrefix;
  }
}
