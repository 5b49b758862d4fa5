package dev.weir.system;

import java.time.Duration;

/**
 * What a gateway has used, holds and has told at one moment.
 *
 * @param nanos when that was
 * @param calls of the bystander that have ended
 * @param counted how often the reason that is looked for has been counted
 * @param logged how many lines of the log name that reason
 */
record Toll(
    long nanos,
    Vitals.Probe probe,
    Vitals.Heap heap,
    int descriptors,
    long residentBytes,
    int calls,
    double counted,
    long logged) {

  /** The time since then. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
