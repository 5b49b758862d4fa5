package dev.weir.model;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a list of names of fields (RFC 9110, 5.1) that are to be left out of requests. */
final class FieldNamesReader {

  /** A token without a {@code *}, which would not stand for others. */
  private static final Pattern NAME = Pattern.compile("[-!#$%&'+.^_`|~0-9a-z]+");

  /** Without these a request is none, or means something else. */
  private static final Pattern NEEDED =
      Pattern.compile("grpc-.*|content-.*|host|te|transfer-encoding|connection");

  private final Settings settings;
  private final List<Problem> problems;

  FieldNamesReader(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /** The entries at this path that can be understood, in lower case. */
  List<String> read(String path) {
    return settings.items(path).stream()
        .map(item -> item instanceof Json.Text text ? name(path, text) : null)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private @Nullable String name(String path, Json.Text item) {
    String name = item.value().toLowerCase(Locale.ROOT);
    String quoted = '"' + item.value() + '"';
    if (!NAME.matcher(name).matches()) {
      return refused(
          path, item, quoted + " is not the name of a field", "write it as x-gateway-user");
    }
    if (NEEDED.matcher(name.replace('_', '-')).matches()) {
      return refused(path, item, quoted + " is what a request needs", "name fields of your own");
    }
    return name;
  }

  private @Nullable String refused(String path, Json.Text item, String message, String hint) {
    problems.add(item.origin().error(path, message, hint));
    return null;
  }
}
