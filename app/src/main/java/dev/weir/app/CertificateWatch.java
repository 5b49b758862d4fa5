package dev.weir.app;

import dev.weir.certificates.CertificateSource;
import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the certificates of a running gateway, and the lists of revoked ones, in a thread of
 * its own: has those used whose files have changed, and warns of those that expire.
 */
final class CertificateWatch implements AutoCloseable {
  /** Polled: the system's notices of changes miss network drives and containers' volumes. */
  private static final Duration EVERY = Duration.ofMillis(250);

  /** Looks from one at what expires to the next: five seconds. What is new is looked at at once. */
  private static final int LOOKS_TO_WARN = 20;

  /** How often it does not try files again that were of no use. */
  private static final int RESTS = 20;

  /** What waits for another file is tried again when there is one, or by a reload. */
  private static final int FOR_GOOD = Integer.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private final CertificateSource source;
  private final ExpiryWarnings warnings;
  private final StaleLists staleLists;
  private final Supplier<Reload> useChanged;
  private List<Problem> refusal = List.of();

  /** How the files looked that were of no use, or not all. */
  private List<Object> refused = List.of();

  private int rests;
  private int warnedOf;
  private int looks;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-certificates").factory());

  CertificateWatch(
      CertificateSource source,
      ExpiryWarnings warnings,
      StaleLists staleLists,
      Supplier<Reload> useChanged) {
    this.source = source;
    this.warnings = warnings;
    this.staleLists = staleLists;
    this.useChanged = useChanged;
  }

  /**
   * Begins; the first warnings have been given when this returns.
   *
   * @param useChanged has all certificates that are in use be so as they are now
   */
  static CertificateWatch start(
      CertificateSource source, InstantSource clock, Supplier<Reload> useChanged) {
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

  void look() {
    try {
      if (source.hasChanged()) {
        use();
      }
      if (++looks >= LOOKS_TO_WARN || source.version() != warnedOf) {
        warn();
      }
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("certificates that have changed cannot be used");
    }
  }

  /** Not the same again at once: all that is served would be built for nothing. */
  private void use() {
    List<Object> now = source.stamps();
    if (rests > 0 && now.equals(refused)) {
      rests--;
      return;
    }
    refused = now;
    int before = source.version();
    tell(useChanged.get());
    if (source.version() != before) {
      LOG.info("certificates or lists of revoked ones have changed and are in use");
    }
  }

  private void tell(Reload reload) {
    boolean whole = reload.result() == Reload.Result.WHOLE;
    if (whole) {
      reload.problems().forEach(problem -> LOG.warn("{}", problem));
    } else if (!reload.problems().equals(refusal)) {
      reload.problems().forEach(problem -> LOG.error("{}", problem));
      LOG.atError()
          .addKeyValue("others_in_use", reload.applied())
          .log("certificates that have changed are not in use until this is put right");
    }
    refusal = whole ? List.of() : reload.problems();
    rests = rests(reload);
  }

  private static int rests(Reload reload) {
    return switch (reload.result()) {
      case WHOLE -> 0;
      case IN_PART -> FOR_GOOD;
      case REFUSED -> RESTS;
    };
  }

  private void warn() {
    warnedOf = source.version();
    looks = 0;
    warnings.check(source.inUse());
    warnings.checkIssuers(source.expiredIssuers());
    staleLists.check(source.revocations().inUse());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
