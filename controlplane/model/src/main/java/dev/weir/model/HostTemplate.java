package dev.weir.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A {@code domain} with templates, as gorilla/mux reads it: {@code {name}} stands for one label or
 * a part of it, {@code {name:EXPRESSION}} for what the expression matches, a dot in it too, and
 * what is between them for itself. Braces within braces come in pairs.
 *
 * @param parts as they follow each other
 */
record HostTemplate(List<Part> parts) {

  /** Stands for itself, or for what it matches. */
  sealed interface Part {

    /** Not empty, in lower case. */
    record Text(String text) implements Part {}

    /** An expression of RE2. */
    record Expression(String regex) implements Part {

      /** What stands for it in the middle of another one. */
      private String group() {
        return "(?:" + regex + ")";
      }
    }
  }

  /** What a name alone stands for. */
  private static final String ANY = "[^.]+";

  private static final Pattern ANY_LABEL = Pattern.compile("\\[\\^\\\\?\\.\\][+]");

  /** One that has no dot in it, or one that has and stands for all others. */
  private static final String CLASS =
      "\\[-?(?:\\w-\\w|\\w|\\\\[dw-]|\\[:(?:alpha|alnum|digit|lower|upper|word|xdigit):])+-?]"
          + "|\\[\\^[^\\[\\]()\\\\]*\\.[^\\[\\]()\\\\]*]";

  /** Matches nothing with a dot. There are others, which are not worth telling. */
  private static final Pattern DOTLESS =
      Pattern.compile("(?:[\\w?*+|()^$-]|\\(\\?:|\\{\\d+(?:,\\d*)?}|\\\\[dw-]|" + CLASS + ")*");

  HostTemplate {
    parts = List.copyOf(parts);
  }

  /** What a domain says in lower case and without a final dot; empty where that makes no sense. */
  static Optional<HostTemplate> of(String domain) {
    List<Part> parts = new ArrayList<>();
    for (int at = 0; at < domain.length(); ) {
      boolean braces = domain.charAt(at) == '{';
      int next = domain.indexOf('{', at);
      int end = braces ? end(domain, at) : next < 0 ? domain.length() : next;
      String part = end < 0 ? "" : domain.substring(at, end);
      Optional<String> regex = braces ? regex(part) : Optional.empty();
      if (braces ? regex.isEmpty() : part.contains("}")) {
        return Optional.empty();
      }
      parts.add(
          regex
              .<Part>map(Part.Expression::new)
              .orElseGet(() -> new Part.Text(part.toLowerCase(Locale.ROOT))));
      at = end;
    }
    return Optional.of(new HostTemplate(parts));
  }

  /** Behind the brace that belongs to the one at {@code from}; negative where there is none. */
  private static int end(String domain, int from) {
    int depth = 0;
    for (int i = from; i < domain.length(); i++) {
      depth += domain.charAt(i) == '{' ? 1 : 0;
      depth -= domain.charAt(i) == '}' ? 1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  /** What a template in its braces matches; empty without a name or an expression. */
  private static Optional<String> regex(String template) {
    String inside = template.isEmpty() ? "" : template.substring(1, template.length() - 1);
    int colon = inside.indexOf(':');
    String regex = colon < 0 ? ANY : inside.substring(colon + 1);
    return inside.isEmpty() || colon == 0 || regex.isEmpty()
        ? Optional.empty()
        : Optional.of(ANY_LABEL.matcher(regex).matches() ? ANY : regex);
  }

  /** A host of the same form, as far as that is written. */
  String example() {
    return parts.stream()
        .map(part -> part instanceof Part.Text(String text) ? text : "x")
        .collect(Collectors.joining());
  }

  /**
   * The hosts in the form in which they are compared; see {@link ApiDefinition.Binding}. Whatever
   * is for the first label alone is told so, since that takes no expression for other hosts.
   */
  String host() {
    int first = partsOfFirstLabel();
    return first < 0 ? ofWholeHost() : ofFirstLabel(first);
  }

  private String ofWholeHost() {
    return parts.stream()
        .map(part ->
            switch (part) {
              case Part.Text(String text) -> text;
              case Part.Expression(String regex) -> "{:" + regex + "}";
            })
        .collect(Collectors.joining());
  }

  /** How many parts are before the one with all dots, which is the last; negative otherwise. */
  private int partsOfFirstLabel() {
    int before = parts.size() - 1;
    boolean rest =
        parts.get(before) instanceof Part.Text(String text) && text.indexOf('.') >= 0 && before > 0;
    return rest && parts.subList(0, before).stream().allMatch(HostTemplate::isDotless)
        ? before
        : -1;
  }

  private String ofFirstLabel(int before) {
    String last = ((Part.Text) parts.get(before)).text();
    int dot = last.indexOf('.');
    String rest = last.substring(dot);
    if (before == 1 && dot == 0 && parts.getFirst() instanceof Part.Expression(String regex)) {
      return regex.equals(ANY) ? "*" + rest : "{" + regex + "}" + rest;
    }
    String label =
        parts.subList(0, before).stream()
            .map(part ->
                switch (part) {
                  case Part.Text(String text) -> text;
                  case Part.Expression one -> one.group();
                })
            .collect(Collectors.joining());
    return "{" + label + last.substring(0, dot) + "}" + rest;
  }

  private static boolean isDotless(Part part) {
    return switch (part) {
      case Part.Text(String text) -> text.indexOf('.') < 0;
      case Part.Expression(String regex) -> DOTLESS.matcher(regex).matches() && isClosed(regex);
    };
  }

  /** Whether what it opens is closed, so that it stays whole in the middle of another one. */
  private static boolean isClosed(String dotless) {
    int depth = 0;
    for (int i = 0; i < dotless.length() && depth >= 0; i++) {
      depth += dotless.charAt(i) == '(' ? 1 : 0;
      depth -= dotless.charAt(i) == ')' ? 1 : 0;
    }
    return depth == 0;
  }
}
