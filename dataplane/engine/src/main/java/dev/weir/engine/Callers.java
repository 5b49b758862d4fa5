package dev.weir.engine;

import dev.weir.filter.FailedCredentials;
import dev.weir.filter.IdentityLookup;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How those who call are told from each other.
 *
 * @param lookups makes what finds them by their credentials, one for each event loop
 * @param epochSeconds seconds since 1970, when credentials expire; must be quick
 * @param failed how often credentials were no good, by where they came from
 * @param failedLogins the same of names and passwords, which count apart
 * @param tells which of their limits answers tell
 */
public record Callers(
    Supplier<IdentityLookup> lookups,
    LongSupplier epochSeconds,
    FailedCredentials failed,
    FailedCredentials failedLogins,
    ToldLimits tells) {
  /** Nobody is known. */
  public static final Callers NOBODY =
      new Callers(
          () -> IdentityLookup.NOBODY,
          () -> 0,
          FailedCredentials.UNCOUNTED,
          FailedCredentials.UNCOUNTED,
          ToldLimits.NONE);
}
