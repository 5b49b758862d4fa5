package dev.weir.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code domain}. Of Tyk's templates those are read whose first label stands for any one
 * label, as {@code {name}.example.com}; they become {@code *.example.com}.
 */
final class DomainReader {

  private static final String PATH = "domain";

  /** RFC 1035, 2.3.4, without the final dot. */
  private static final int MAX_CHARS = 253;

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+\\]");

  /** What a template's name alone stands for may be written out, too. */
  private static final Pattern ANY_LABEL =
      Pattern.compile("\\{[^{}:]+(:\\[\\^\\.\\][+])?}((\\.[a-z0-9_-]+)+)");

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  DomainReader(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  /**
   * The host in its canonical form, {@code *.} and the rest for any one label; empty for any host.
   *
   * @param looksAtDomains {@code enable_custom_domains}
   */
  String read(boolean looksAtDomains) {
    String domain = CanonicalHost.of(settings.text(PATH));
    if (domain.isEmpty() || settings.flag("domain_disabled")) {
      return "";
    }
    if (!looksAtDomains) {
      checks.warning(
          PATH,
          "is not looked at, the API answers to every host",
          "set enable_custom_domains in tyk.conf");
      return "";
    }
    if (domain.length() > MAX_CHARS) {
      checks.error(PATH, "is too long for a host name", "names have 253 characters at most");
      return "";
    }
    Matcher template = ANY_LABEL.matcher(domain);
    return template.matches() ? "*" + template.group(2) : name(domain);
  }

  private String name(String domain) {
    if (domain.contains("{")) {
      asks.reason(
          settings.origin(PATH),
          PATH,
          "host patterns other than {name} as the first label are not available in this build");
    } else if (domain.contains("*")) {
      checks.error(PATH, "has a * in it", "write {name}.example.com for any one label");
    } else if (!NAME.matcher(domain).matches()) {
      checks.error(PATH, "is not a host name", "write it without scheme, port and path");
    }
    return domain;
  }
}
