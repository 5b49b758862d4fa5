package dev.weir.app;

import dev.weir.certificates.CertificateSource.InUse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes to the log that a certificate expires: 30, 7 and 1 days before, and when it has, each time
 * once. For one thread.
 */
final class ExpiryWarnings {
  private static final int[] DAYS = {0, 1, 7, 30};
  private static final int NOT_SOON = Integer.MAX_VALUE;
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWarnings.class);

  private final InstantSource clock;
  private final Map<InUse, Integer> told = new HashMap<>();
  private Set<InUse> toldIssuers = Set.of();

  ExpiryWarnings(InstantSource clock) {
    this.clock = clock;
  }

  void check(List<InUse> certificates) {
    told.keySet().retainAll(certificates);
    for (InUse one : certificates) {
      int step = step(one);
      if (step < told.getOrDefault(one, NOT_SOON)) {
        told.put(one, step);
        tell(one);
      }
    }
  }

  /** Tells of issuers that have expired, each once. */
  void checkIssuers(List<InUse> expired) {
    expired.stream().filter(one -> !toldIssuers.contains(one)).forEach(ExpiryWarnings::tellIssuer);
    toldIssuers = Set.copyOf(expired);
  }

  private static void tellIssuer(InUse one) {
    LOG.atWarn()
        .addKeyValue("certificate", one.name())
        .addKeyValue("subject", one.certificate().getSubjectX500Principal())
        .addKeyValue("until", until(one))
        .log("an issuer in a certificate's chain has expired, who knows no newer one refuses both");
  }

  /** The smallest number of days that it has not got any more. */
  private int step(InUse one) {
    Duration left = left(one);
    return IntStream.of(DAYS)
        .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
        .findFirst()
        .orElse(NOT_SOON);
  }

  private Duration left(InUse one) {
    return Duration.between(clock.instant(), until(one));
  }

  private static Instant until(InUse one) {
    return one.certificate().getNotAfter().toInstant();
  }

  private void tell(InUse one) {
    Duration left = left(one);
    boolean over = left.isNegative() || left.isZero();
    LoggingEventBuilder line = over ? LOG.atError() : LOG.atWarn();
    line.addKeyValue("certificate", one.name())
        .addKeyValue("subject", one.certificate().getSubjectX500Principal())
        .addKeyValue("until", until(one))
        .addKeyValue("days_left", Math.floorDiv(left.toSeconds(), Duration.ofDays(1).toSeconds()))
        .log(over ? "a certificate has expired, replace it" : "a certificate expires soon");
  }
}
