package dev.weir.filter;

/**
 * How far a quota is used.
 *
 * @param calls so many of it
 * @param renews seconds since 1970 at which the quota is whole again; {@link Quota#NEVER}, or 0
 *     when no call has begun a period
 */
public record QuotaUse(long calls, long renews) {
  /** Not at all. */
  public static final QuotaUse NONE = new QuotaUse(0, 0);
}
