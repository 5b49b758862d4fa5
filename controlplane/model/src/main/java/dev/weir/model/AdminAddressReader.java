package dev.weir.model;

import dev.weir.model.GatewayConfig.AdminAddress;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads {@code weir.admin.address}, and says what speaks against it. */
final class AdminAddressReader {
  private static final String PATH = "weir.admin.address";
  private static final String FORM = "write it as 127.0.0.1:9090";

  private final Settings settings;
  private final Checks checks;

  AdminAddressReader(Settings settings, Checks checks) {
    this.settings = settings;
    this.checks = checks;
  }

  /** Null where there is none, or none that can be understood. */
  @Nullable AdminAddress read() {
    String text = settings.text(PATH);
    if (text.isEmpty()) {
      return null;
    }
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    String host = colon < 0 ? "" : unbracketed(text.substring(0, colon));
    if (port < 0 || host.isEmpty()) {
      checks.error(PATH, "\"" + text + "\" is not a host and a port", FORM);
      return null;
    }
    if (port != 0 && port == settings.integer("listen_port")) {
      checks.error(PATH, port + " is the main port too");
    }
    if (!isLoopback(host)) {
      checks.warning(
          PATH,
          host + " can be reached from other machines, and whoever reaches it reads the metrics",
          "127.0.0.1 is for this machine only");
    }
    return new AdminAddress(host, port);
  }

  /** Of digits alone, no larger than ports are; -1 for anything else. */
  private static int port(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 5;
    digits &= text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : -1;
    return port > Checks.MAX_PORT ? -1 : port;
  }

  private static String unbracketed(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host.contains(":") ? "" : host;
  }

  private static boolean isLoopback(String host) {
    try {
      return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException notLiteral) {
      return false;
    }
  }
}
