package dev.weir.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * How large the requests of an API may be: the body of one of HTTP, each message of one of gRPC.
 *
 * @param all {@code global_size_limit}, bytes; it counts for all paths, besides one of their own
 * @param paths {@code size_limits}, of which the first that a path is on counts
 */
public record SizeLimits(OptionalLong all, List<PathSize> paths) {
  static final SizeLimits NONE = new SizeLimits(OptionalLong.empty(), List.of());

  public SizeLimits {
    paths = List.copyOf(paths);
  }

  /** How large the requests of some paths may be. */
  public record PathSize(PathLists.Entry paths, long bytes) {}

  /** Whether they may be of any size. */
  public boolean isEmpty() {
    return all.isEmpty() && paths.isEmpty();
  }
}
