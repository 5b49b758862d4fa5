package dev.weir.app;

import dev.weir.certificates.RevocationLists.InUse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log that a list of revoked certificates is out of date, once. For one thread. */
final class StaleLists {
  private static final Logger LOG = LoggerFactory.getLogger(StaleLists.class);

  private final InstantSource clock;
  private final Set<InUse> told = new HashSet<>();

  StaleLists(InstantSource clock) {
    this.clock = clock;
  }

  void check(List<InUse> files) {
    told.retainAll(files);
    for (InUse one : files) {
      Instant end = one.nextUpdate();
      if (end != null && clock.instant().isAfter(end) && told.add(one)) {
        LOG.atError()
            .addKeyValue("file", one.file())
            .addKeyValue("until", end)
            .log("a list of revoked certificates is out of date, replace it");
      }
    }
  }
}
