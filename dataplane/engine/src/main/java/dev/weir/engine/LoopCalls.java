package dev.weir.engine;

import dev.weir.http2.HeaderField;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls of all APIs on one event loop, which counts them. What was counted stays when a
 * configuration gives way to the next, as long as the API does.
 */
final class LoopCalls {
  private final Map<String, ApiCalls> apis = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, MethodNames> names;
  private final int mostMethods;

  /**
   * @param names of the methods of each API, shared by the event loops
   * @param mostMethods how many of an API have a count of their own
   */
  LoopCalls(ConcurrentMap<String, MethodNames> names, int mostMethods) {
    this.names = names;
    this.mostMethods = mostMethods;
  }

  /**
   * Where calls of this path of an API are counted.
   *
   * @param terms of the API; null for none
   * @param asked the path as they know it; null where {@code path} was made anew
   * @param path as the endpoint gets it
   */
  PathCalls of(String api, @Nullable Terms terms, @Nullable HeaderField asked, HeaderField path) {
    ApiCalls known = apis.get(api);
    return new PathCalls(known == null ? add(api) : known, terms, asked, path);
  }

  private ApiCalls add(String api) {
    ApiCalls added = new ApiCalls(names.computeIfAbsent(api, _ -> new MethodNames(mostMethods)));
    apis.put(api, added);
    return added;
  }

  /** Forgets APIs that are served no more. */
  void forget(Set<String> gone) {
    gone.forEach(apis::remove);
    gone.forEach(names::remove);
  }

  /** Adds what was counted here; for any thread. */
  void addTo(Map<String, ApiCounts> sums) {
    apis.forEach((api, calls) -> calls.addTo(sums.computeIfAbsent(api, _ -> new ApiCounts())));
  }
}
