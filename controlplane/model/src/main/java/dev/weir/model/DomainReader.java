package dev.weir.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code domain}. Of Tyk's templates those are read whose first label stands for others: any
 * one label, as {@code {name}.example.com}, which becomes {@code *.example.com}, or those that
 * match an expression, as {@code {name:[a-z]+}.example.com}, which becomes {@code
 * {[a-z]+}.example.com}.
 */
final class DomainReader {

  private static final String PATH = "domain";

  /** RFC 1035, 2.3.4, without the final dot. */
  private static final int MAX_CHARS = 253;

  private static final int MAX_EXPRESSION_CHARS = 1000;

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+\\]");

  /** Braces within an expression come in pairs, and a dot there would be for another label. */
  private static final Pattern TEMPLATE =
      Pattern.compile("\\{[^{}:]+(?::((?:[^{}]|\\{[^{}]*})*))?}((?:\\.[A-Za-z0-9_-]+)+)\\.?");

  /** What a name alone stands for. */
  private static final Pattern ANY_LABEL = Pattern.compile("\\[\\^\\.\\][+]");

  private static final Pattern LITERAL_DOT = Pattern.compile("\\\\\\.|\\[\\.\\]");

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  DomainReader(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  /**
   * The host in its canonical form, {@code *.} and the rest for any one label, an expression in
   * braces and the rest for those that match it; empty for any host.
   *
   * @param looksAtDomains {@code enable_custom_domains}
   */
  String read(boolean looksAtDomains) {
    String domain = settings.text(PATH);
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
    if (domain.length() > MAX_CHARS + MAX_EXPRESSION_CHARS) {
      return tooLong();
    }
    Matcher template = TEMPLATE.matcher(domain);
    return template.matches()
        ? template(domain, template.group(1), CanonicalHost.of(template.group(2)))
        : name(CanonicalHost.of(domain));
  }

  private String template(String domain, @Nullable String expression, String rest) {
    if (rest.length() >= MAX_CHARS) {
      return tooLong();
    }
    if (expression == null || ANY_LABEL.matcher(expression).matches()) {
      return "*" + rest;
    }
    if (LITERAL_DOT.matcher(expression).find()) {
      asksForMore();
      return domain;
    }
    return "{" + expression + "}" + rest;
  }

  private String tooLong() {
    checks.error(PATH, "is too long for a host name", "names have 253 characters at most");
    return "";
  }

  private void asksForMore() {
    asks.reason(
        settings.origin(PATH),
        PATH,
        "host patterns for anything but the first label are not available in this build");
  }

  private String name(String domain) {
    if (domain.contains("{")) {
      asksForMore();
    } else if (domain.length() > MAX_CHARS) {
      return tooLong();
    } else if (domain.contains("*")) {
      checks.error(PATH, "has a * in it", "write {name}.example.com for any one label");
    } else if (!NAME.matcher(domain).matches()) {
      checks.error(PATH, "is not a host name", "write it without scheme, port and path");
    }
    return domain;
  }
}
