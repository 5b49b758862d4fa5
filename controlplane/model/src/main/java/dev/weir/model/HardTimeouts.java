package dev.weir.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long the calls of an API may take, whatever their callers allow.
 *
 * @param all {@code global_enforce_timeout}, for paths without one of their own
 * @param paths {@code hard_timeouts}, of which the first that a path is on counts
 */
public record HardTimeouts(Optional<Duration> all, List<PathTimeout> paths) {
  static final HardTimeouts NONE = new HardTimeouts(Optional.empty(), List.of());

  public HardTimeouts {
    paths = List.copyOf(paths);
  }

  /**
   * How long the calls of some paths may take.
   *
   * @param timeout empty for as long as they like, whatever is said of others
   */
  public record PathTimeout(PathLists.Entry paths, Optional<Duration> timeout) {}

  /** Whether calls may take as long as they like. */
  public boolean isEmpty() {
    return all.isEmpty() && paths.isEmpty();
  }
}
