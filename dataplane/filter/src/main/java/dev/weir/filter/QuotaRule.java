package dev.weir.filter;

/**
 * How much an identity may call until its quota renews.
 *
 * @param scope what is counted together: all calls by rules of one identity that are equal
 * @param calls so many, above 0
 * @param seconds from the first call until it renews; 0 or less for never
 */
public record QuotaRule(String scope, long calls, long seconds) {}
