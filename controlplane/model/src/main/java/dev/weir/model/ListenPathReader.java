package dev.weir.model;

/** Reads {@code proxy.listen_path}. */
final class ListenPathReader {

  private static final String PATH = "proxy.listen_path";

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  ListenPathReader(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  /** The path with a slash in front, as Tyk has it. */
  String read() {
    String text = settings.text(PATH);
    if (text.isEmpty()) {
      checks.error(PATH, "is missing, a path such as / or /pkg.Service is needed");
      return "/";
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      checks.error(PATH, "has a space in it");
    } else if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      checks.error(PATH, "has a query or a fragment, a path alone is needed");
    } else if (text.indexOf('{') >= 0) {
      asks.reason(
          settings.origin(PATH), PATH, "listen path patterns are not available in this build");
    }
    String path = text.startsWith("/") ? text : "/" + text;
    warnOfStrip(path);
    return path;
  }

  /** A dot is what tells a gRPC service name from a prefix that a user made up. */
  private void warnOfStrip(String path) {
    if (settings.flag("proxy.strip_listen_path") && path.indexOf('.') >= 0) {
      checks.warning(
          "proxy.strip_listen_path",
          "cuts " + path + " off the method name, the server will not know what is left",
          "set it to false");
    }
  }
}
