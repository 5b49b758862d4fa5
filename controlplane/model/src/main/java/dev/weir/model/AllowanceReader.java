package dev.weir.model;

/** Reads an {@link Allowance} from the root of a document or from a {@code limit} in it. */
final class AllowanceReader {

  private static final String UNLIMITED = "-1 is no limit, 0 is none set";

  private final Settings settings;
  private final String group;
  private final Checks checks;
  private final ApiAsks asks;

  /**
   * @param group path of the object that it stands in; empty for the root
   */
  AllowanceReader(Settings settings, String group, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.group = group;
    this.checks = checks;
    this.asks = asks;
  }

  Allowance read() {
    long quota = settings.number(at("quota_max"));
    if (quota < -1) {
      checks.error(at("quota_max"), "is negative, 0 or more is needed", UNLIMITED);
    }
    return rate()
        .withThrottle(number("throttle_interval"), settings.integer(at("throttle_retry_limit")))
        .withQuota(quota, settings.number(at("quota_renewal_rate")));
  }

  /** The rate alone. A rate without a span of time limits nothing in Tyk, which nobody means. */
  Allowance rate() {
    double rate = number("rate");
    double per = number("per");
    if (rate > 0 && Double.isFinite(rate) && per <= 0) {
      checks.error(
          at("per"), "is missing, the rate is that of so many seconds", "write 1 for each second");
    }
    if (settings.flag(at("smoothing.enabled"))) {
      asks.feature(
          settings.origin(at("smoothing")),
          checks.full(at("smoothing")),
          "smoothing of the rate limit");
    }
    return Allowance.NONE.withRate(rate, per);
  }

  private double number(String name) {
    double number = settings.decimal(at(name));
    if (!Double.isFinite(number)) {
      checks.error(at(name), "is too large");
    } else if (number < 0 && number != -1) {
      checks.error(at(name), "is negative, 0 or more is needed", UNLIMITED);
    }
    return number;
  }

  private String at(String name) {
    return ShapeReader.join(group, name);
  }
}
