package dev.weir.engine;

import org.jspecify.annotations.Nullable;

/**
 * Which version of an API calls are for, and for how long.
 *
 * @param version null for an API without versions
 * @param expires when it is served no more, in seconds since 1970; {@link Long#MAX_VALUE} for never
 */
public record Edition(@Nullable String version, long expires) {
  /** The only one, for ever. */
  public static final Edition ONLY = new Edition(null, Long.MAX_VALUE);
}
