package dev.weir.model;

import dev.weir.model.ApiRates.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code global_rate_limit}, and {@code rate_limit} of the one version of an API. */
final class ApiRatesReader {
  private static final String ALL = "global_rate_limit";
  private static final String LIST = "extended_paths.rate_limit";
  private static final Pattern METHOD = Pattern.compile("[A-Z]*");

  private final Settings settings;
  private final List<Problem> problems;

  ApiRatesReader(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * The rates; none of endpoints where there is more than one version, which is refused elsewhere.
   *
   * @param ignoresCase whether the gateway's configuration has case ignored everywhere
   */
  ApiRates read(boolean ignoresCase) {
    boolean off = settings.flag(ALL + ".disabled");
    Allowance all = off ? Allowance.NONE : rate(settings, ALL, new Checks(settings, problems));
    OneVersion version = OneVersion.of(settings);
    return new ApiRates(all, version == null ? List.of() : endpoints(version, ignoresCase));
  }

  private List<Endpoint> endpoints(OneVersion version, boolean ignoresCase) {
    var checks = new Checks(version.settings(), version.place(), problems);
    boolean eitherCase = ignoresCase || version.settings().flag("ignore_endpoint_case");
    var endpoints = new ArrayList<Endpoint>();
    List<Json> items = version.settings().items(LIST);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, ApiKeys.RATE_ENTRY, null);
        if (!entry.flag("disabled")) {
          endpoints.add(endpoint(entry, checks.full(LIST + "[" + i + "]"), eitherCase));
        }
      }
    }
    return endpoints;
  }

  private Endpoint endpoint(Settings entry, String at, boolean ignoresCase) {
    var checks = new Checks(entry, at, problems);
    if (entry.text("path").isEmpty()) {
      checks.error(
          "path",
          "is empty, which would be every path",
          "write /pkg.Service/Method or /pkg.Service/*, and " + ALL + " for all");
    }
    if (!METHOD.matcher(entry.text("method")).matches()) {
      checks.error("method", "is no method", "write it in capitals, gRPC has POST");
    }
    Allowance rate = rate(entry, "", checks);
    if (rate.rate() == 0) {
      checks.error("rate", "is missing, a number of calls is needed", "or set disabled");
    }
    return new Endpoint(
        entry.text("path"),
        entry.text("method"),
        ignoresCase,
        rate,
        entry.origin("path"),
        ShapeReader.join(at, "path"));
  }

  private static Allowance rate(Settings settings, String group, Checks checks) {
    String ratePath = ShapeReader.join(group, "rate");
    String perPath = ShapeReader.join(group, "per");
    double rate = number(settings, ratePath, checks);
    double per = number(settings, perPath, checks);
    if (rate > 0 && per == 0) {
      checks.error(
          perPath, "is missing, the rate is that of so many seconds", "write 1 for each second");
    }
    return Allowance.NONE.withRate(rate, per);
  }

  private static double number(Settings settings, String path, Checks checks) {
    double number = settings.decimal(path);
    if (!Double.isFinite(number)) {
      checks.error(path, "is too large");
    } else if (number < 0) {
      checks.error(path, "is negative, 0 or more is needed");
    }
    return number;
  }
}
