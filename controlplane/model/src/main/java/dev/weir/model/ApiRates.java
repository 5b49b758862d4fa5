package dev.weir.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often an API may be called by all together.
 *
 * @param all of calls that none of the endpoints is for; may limit nothing
 */
public record ApiRates(Allowance all, List<Endpoint> endpoints) {

  public ApiRates {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * The rate of some methods together.
   *
   * @param path a path, or a pattern of Tyk's
   * @param method of HTTP, in upper case; empty for any
   * @param ignoresCase whether letters of either case are the same
   * @param origin where the path was written
   * @param place its path in the document
   */
  public record Endpoint(
      String path,
      String method,
      boolean ignoresCase,
      Allowance rate,
      Origin origin,
      String place) {

    /** A problem with the path, for checks that need more than the document. */
    public Problem error(String message, @Nullable String hint) {
      return origin.error(place, message, hint);
    }
  }

  /** Whether nothing is limited. */
  public boolean isEmpty() {
    return !all.limitsRate() && endpoints.isEmpty();
  }
}
