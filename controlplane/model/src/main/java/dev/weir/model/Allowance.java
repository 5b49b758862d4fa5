package dev.weir.model;

/**
 * How much may be called, as Tyk writes it.
 *
 * @param rate {@code rate}, calls in {@code per} seconds; 0 when not set, -1 for no limit
 * @param per {@code per}, seconds; above 0 wherever the rate is
 * @param throttleInterval {@code throttle_interval}, seconds that a call over the rate waits before
 *     it tries again; 0 or less for not at all
 * @param throttleRetries {@code throttle_retry_limit}, how often; 0 or less for never
 * @param quotaMax {@code quota_max}, calls until the quota renews; 0 when not set, -1 for no limit
 * @param quotaRenewal {@code quota_renewal_rate}, seconds from the first call until the quota
 *     renews; 0 or less for never
 */
public record Allowance(
    double rate,
    double per,
    double throttleInterval,
    int throttleRetries,
    long quotaMax,
    long quotaRenewal) {

  /** Nothing is set. */
  public static final Allowance NONE = new Allowance(0, 0, 0, 0, 0, 0);

  /** Whether nothing is set, so that what counts for all APIs counts. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  public boolean limitsRate() {
    return rate > 0 && per > 0;
  }

  public boolean hasQuota() {
    return quotaMax > 0;
  }

  private boolean saysRate() {
    return rate != 0 && per != 0;
  }

  /** Seconds from call to call; 0 for no limit. */
  private double spacing() {
    return limitsRate() ? per / rate : 0;
  }

  /** The rate of whichever lets more calls through; one that says nothing takes nothing away. */
  Allowance withMoreRate(Allowance other) {
    return other.saysRate() && (!saysRate() || spacing() > other.spacing())
        ? withRate(other.rate, other.per)
        : this;
  }

  Allowance withRate(double rate, double per) {
    return new Allowance(rate, per, throttleInterval, throttleRetries, quotaMax, quotaRenewal);
  }

  /** The larger of each. */
  Allowance withMoreThrottle(Allowance other) {
    return withThrottle(
        Math.max(throttleInterval, other.throttleInterval),
        Math.max(throttleRetries, other.throttleRetries));
  }

  Allowance withThrottle(double interval, int retries) {
    return new Allowance(rate, per, interval, retries, quotaMax, quotaRenewal);
  }

  /** The larger quota with its renewal; of two that are as large, the one that renews later. */
  Allowance withMoreQuota(Allowance other) {
    int order = Long.compareUnsigned(other.quotaMax, quotaMax);
    return order > 0 || (order == 0 && other.quotaRenewal > quotaRenewal)
        ? withQuota(other.quotaMax, other.quotaRenewal)
        : this;
  }

  Allowance withQuota(long max, long renewal) {
    return new Allowance(rate, per, throttleInterval, throttleRetries, max, renewal);
  }
}
