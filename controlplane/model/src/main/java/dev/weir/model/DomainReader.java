package dev.weir.model;

import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code domain}: a name, or one with Tyk's templates in it. */
final class DomainReader {

  private static final String PATH = "domain";

  /** RFC 1035, 2.3.4, without the final dot. */
  private static final int MAX_CHARS = 253;

  private static final int MAX_EXPRESSION_CHARS = 1000;

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+\\]");

  private final Settings settings;
  private final Checks checks;

  DomainReader(Settings settings, Checks checks) {
    this.settings = settings;
    this.checks = checks;
  }

  /**
   * The hosts in their canonical form; empty for any host.
   *
   * @param looksAtDomains {@code enable_custom_domains}
   * @see ApiDefinition.Binding
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
    return domain.contains("{") ? template(domain) : name(CanonicalHost.of(domain));
  }

  private String template(String domain) {
    boolean dot = domain.endsWith(".");
    Optional<HostTemplate> template =
        HostTemplate.of(dot ? domain.substring(0, domain.length() - 1) : domain);
    if (template.isEmpty()) {
      checks.error(
          PATH,
          "has braces that are not in pairs or are empty",
          "write {name}, or {name:EXPRESSION}");
      return "";
    }
    String example = name(template.get().example());
    return example.isEmpty() ? "" : template.get().host();
  }

  private String tooLong() {
    checks.error(PATH, "is too long for a host name", "names have 253 characters at most");
    return "";
  }

  private String name(String domain) {
    if (domain.length() > MAX_CHARS) {
      return tooLong();
    } else if (domain.contains("*")) {
      checks.error(PATH, "has a * in it", "write {name}.example.com for any one label");
    } else if (!NAME.matcher(domain).matches()) {
      checks.error(PATH, "is not a host name", "write it without scheme, port and path");
    }
    return domain;
  }
}
