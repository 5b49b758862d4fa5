package dev.weir.engine;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is told of calls that have ended.
 *
 * @param mostMethods how many methods of an API have counts of their own
 * @param logs makes what takes the calls themselves, one for each event loop; null for nobody
 */
public record Reports(int mostMethods, Supplier<@Nullable CallLog> logs) {
  /** Nothing but counts. */
  public static final Reports COUNTS = new Reports(200, () -> null);
}
