package dev.weir.model;

import java.util.Locale;
import java.util.regex.Pattern;

/** Reads which field of calls names a version of an API. */
final class VersionField {
  private static final String LOCATION = "definition.location";
  private static final String KEY = "definition.key";

  /** A field that calls are read by cannot name a version. */
  private static final Pattern NAME = Pattern.compile("(?!grpc-)[-!#$%&'*+.^_`|~0-9A-Za-z]+");

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  VersionField(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  /**
   * Its name in lower case.
   *
   * @param flag what says that there are versions
   */
  String read(String flag) {
    String location = settings.text(LOCATION);
    if (!location.equals("header")) {
      asks.feature(
          settings.origin(location.isEmpty() ? flag : LOCATION),
          location.isEmpty() ? flag : LOCATION,
          location.isEmpty() ? "API versions" : "API versions by " + location);
    } else if (!NAME.matcher(settings.text(KEY)).matches()) {
      checks.error(KEY, "is no name of a field", "write x-api-version");
    }
    return settings.text(KEY).toLowerCase(Locale.ROOT);
  }
}
