package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.filter.ValuePattern;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;
import dev.weir.route.HostPattern;
import java.util.Optional;

/**
 * What domains of APIs mean that have expressions in them, as Tyk's templates have: the first label
 * matches as a whole, or all of the host does. Hosts are the same in any case.
 */
final class HostPatterns {

  private HostPatterns() {}

  /** Whether a domain, in the form of {@link ApiDefinition.Binding}, has an expression. */
  static boolean isPattern(String domain) {
    return HostPattern.isOfWholeHost(domain) || domain.startsWith("{");
  }

  /**
   * What such a domain means.
   *
   * @throws IllegalArgumentException with a reason, when an expression is none
   */
  static HostPattern of(String domain) {
    int end = domain.lastIndexOf('}');
    return HostPattern.isOfWholeHost(domain)
        ? new WholeHost(domain.substring(end + 1).getBytes(UTF_8), pattern(ofWholeHost(domain)))
        : pattern(group(domain.substring(1, end)))::matches;
  }

  private static ValuePattern pattern(String regex) {
    return ValuePattern.of("(?i)^" + regex + "$", false);
  }

  /** What is one by itself stays so in the middle of others. */
  private static String group(String regex) {
    ValuePattern.of(regex, false);
    return "(?:" + regex + ")";
  }

  /** Text, of which only dots mean anything else, and expressions in braces of their own. */
  private static String ofWholeHost(String domain) {
    StringBuilder regex = new StringBuilder();
    int at = 0;
    while (at < domain.length()) {
      if (domain.startsWith(HostPattern.EXPRESSION, at)) {
        int end = behindBraces(domain, at);
        regex.append(group(domain.substring(at + HostPattern.EXPRESSION.length(), end - 1)));
        at = end;
      } else {
        char c = domain.charAt(at++);
        regex.append(c == '.' ? "\\." : String.valueOf(c));
      }
    }
    return regex.toString();
  }

  /** Those within an expression come in pairs. */
  private static int behindBraces(String domain, int from) {
    int depth = 1;
    int at = from + 1;
    while (depth > 0) {
      char c = domain.charAt(at++);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    return at;
  }

  /**
   * A pattern for all of a host. Most are told by their end, at which it costs less to look.
   *
   * @param end what follows the last expression
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record WholeHost(byte[] end, ValuePattern all) implements HostPattern {

    @Override
    public boolean matches(byte[] host) {
      return endsAsWritten(host) && all.matches(host);
    }

    private boolean endsAsWritten(byte[] host) {
      int from = host.length - end.length;
      for (int i = 0; i < end.length && from >= 0; i++) {
        byte b = host[from + i];
        if (end[i] != (b >= 'A' && b <= 'Z' ? b | 0x20 : b)) {
          return false;
        }
      }
      return from >= 0;
    }
  }

  /** What is wrong with the pattern of an API's domain. */
  static Optional<Problem> fault(ApiDefinition api) {
    String domain = api.binding().domain();
    try {
      if (isPattern(domain)) {
        of(domain);
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      String hint = "write {name}.example.com for any one label";
      return Optional.of(api.settings().error("domain", String.valueOf(e.getMessage()), hint));
    }
  }
}
