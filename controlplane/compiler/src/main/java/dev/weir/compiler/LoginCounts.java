package dev.weir.compiler;

/**
 * How many names and passwords wait to be compared.
 *
 * @param waiting how many, those of callers who gave up meanwhile among them
 * @param addresses from how many they are
 * @param most how many may wait
 */
public record LoginCounts(int waiting, int addresses, int most) {}
