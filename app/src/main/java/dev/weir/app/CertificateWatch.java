package dev.weir.app;

import dev.weir.certificates.CertificateSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the certificates of a running gateway, and the lists of revoked ones, in a thread of
 * its own: has those used whose files have changed, and warns of those that expire.
 */
final class CertificateWatch implements AutoCloseable {
  /** Polled: the system's notices of changes miss network drives and containers' volumes. */
  private static final Duration EVERY = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private final CertificateSource source;
  private final ExpiryWarnings warnings;
  private final StaleLists staleLists;
  private final Runnable useChanged;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-certificates").factory());

  private CertificateWatch(
      CertificateSource source,
      ExpiryWarnings warnings,
      StaleLists staleLists,
      Runnable useChanged) {
    this.source = source;
    this.warnings = warnings;
    this.staleLists = staleLists;
    this.useChanged = useChanged;
  }

  /**
   * Begins; the first warnings have been given when this returns.
   *
   * @param useChanged asks the source for all certificates and hands them to whoever uses them
   */
  static CertificateWatch start(
      CertificateSource source, InstantSource clock, Runnable useChanged) {
    var watch =
        new CertificateWatch(source, new ExpiryWarnings(clock), new StaleLists(clock), useChanged);
    watch.warn();
    watch.thread.scheduleWithFixedDelay(
        watch::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  /** What the source has to say of a certificate whose new file is of no use. */
  static void tellKept(String name, Exception reason) {
    LOG.atWarn()
        .addKeyValue("certificate", name)
        .addKeyValue("reason", reason.getMessage())
        .log("a changed certificate or list of revoked ones cannot be used, the old one stays");
  }

  private void look() {
    try {
      if (source.hasChanged()) {
        useChanged.run();
        LOG.info("certificates or lists of revoked ones have changed and are in use");
      }
      warn();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("certificates that have changed cannot be used");
    }
  }

  private void warn() {
    warnings.check(source.inUse());
    staleLists.check(source.revocations().inUse());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
