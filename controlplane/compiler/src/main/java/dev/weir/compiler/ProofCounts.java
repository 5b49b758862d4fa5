package dev.weir.compiler;

/**
 * How much waits until it is found out who calls.
 *
 * @param waiting how many passwords or tokens, those of callers who gave up meanwhile among them
 * @param addresses from how many they are
 * @param most how many may wait
 */
public record ProofCounts(int waiting, int addresses, int most) {}
