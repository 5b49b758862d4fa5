package dev.weir.filter;

/**
 * How often an identity may call.
 *
 * @param scope what is counted together: all calls by rules of one identity that are equal
 * @param calls so many, above 0
 * @param seconds in so long, above 0
 */
public record RateRule(String scope, double calls, double seconds) {}
