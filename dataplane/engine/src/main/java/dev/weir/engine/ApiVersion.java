package dev.weir.engine;

import java.util.Arrays;

/**
 * One of the versions of an API, as calls come to it by the listen path of that API. Immutable, for
 * all threads.
 */
public final class ApiVersion {
  private final int cutBytes;
  private final byte[] listenPath;
  private final RouteAction inside;
  private final RouteAction outside;

  /**
   * A version that is an API with a listen path of its own.
   *
   * @param cutBytes how many bytes of the path of a call it does not get to see
   * @param listenPath its own, without a slash at the end; kept
   * @param inside takes the calls whose path, without what is cut, is below that
   * @param outside takes those to other paths
   */
  public ApiVersion(int cutBytes, byte[] listenPath, RouteAction inside, RouteAction outside) {
    this.cutBytes = cutBytes;
    this.listenPath = listenPath;
    this.inside = inside;
    this.outside = outside;
  }

  /** Takes all calls as they come. */
  public static ApiVersion of(RouteAction action) {
    return new ApiVersion(0, new byte[0], action, action);
  }

  /** What takes calls to paths that are not below its listen path. */
  public RouteAction outside() {
    return outside;
  }

  int cutBytes() {
    return cutBytes;
  }

  /**
   * What takes a call.
   *
   * @param path without what is cut
   */
  RouteAction at(byte[] path) {
    return isInside(path) ? inside : outside;
  }

  private boolean isInside(byte[] path) {
    int end = listenPath.length;
    return path.length >= end
        && Arrays.equals(path, 0, end, listenPath, 0, end)
        && (path.length == end || path[end] == '/' || path[end] == '?');
  }
}
